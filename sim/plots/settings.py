"""Settings of Matplotlib: the defaults of the library, not those of the user's session or the current folder."""

import importlib.util
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.core.caches import away_from


def settle_figures() -> None:
    """Import Matplotlib and give it its defaults; a session that draws for itself keeps its settings."""
    if "matplotlib.pyplot" in sys.modules:
        return
    package = importlib.util.find_spec("matplotlib")
    assert package is not None and package.origin is not None
    shipped = Path(package.origin).parent / "mpl-data" / "matplotlibrc"
    with away_from("matplotlibrc"), _environment({"MPLBACKEND": None, "MATPLOTLIBRC": str(shipped)}):
        import matplotlib
    matplotlib.rcParams.update(matplotlib.rcParamsDefault)
    matplotlib.rcParams["backend"] = "agg"


@contextmanager
def _environment(values: dict[str, str | None]) -> Iterator[None]:
    """Within the block these variables of the environment have other values, or none."""
    before = {name: os.environ.get(name) for name in values}
    _set(values)
    try:
        yield
    finally:
        _set(before)


def _set(values: dict[str, str | None]) -> None:
    for name, value in values.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value
