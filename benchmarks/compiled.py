"""C sources of the benchmarks, compiled for this machine and loaded."""

import ctypes
import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

COMMAND = ("gcc", "-O3", "-march=native", "-fopenmp", "-std=gnu11", "-fPIC", "-shared")


class NoCompiler(RuntimeError):
    """This machine has no gcc."""


@cache
def load(source: Path) -> ctypes.CDLL:
    """The functions of a C file. Raises NoCompiler without gcc."""
    if shutil.which("gcc") is None:
        raise NoCompiler("gcc is not installed")
    with TemporaryDirectory() as folder:
        library = Path(folder) / f"{source.stem}.so"
        subprocess.run([*COMMAND, "-o", library, source], check=True)
        return ctypes.CDLL(str(library))
