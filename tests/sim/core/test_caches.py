"""What is kept between starts: damage costs time and nothing else, and the current folder has no say."""

import importlib.util
import os
import shutil
import subprocess
import sys
from math import exp
from pathlib import Path

import pytest

from sim.core import caches
from sim.core.caches import load_or_make

pytestmark = pytest.mark.exact

ROOT = Path(__file__).resolve().parents[3]
SOURCE = "from sim.core.compiled import njit\n\n\n@njit(cache=True)\ndef twice(x):\n    return 2 * x\n"


@pytest.fixture
def start(tmp_path, monkeypatch):
    """`start()`: the compiled function of a module, as a new process finds it."""
    import numba

    (tmp_path / "one.py").write_text(SOURCE, encoding="utf-8")
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "cache"))

    def load():
        spec = importlib.util.spec_from_file_location("one", tmp_path / "one.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.twice

    return load


def entries(folder: Path) -> dict[str, Path]:
    """Index and code of the one function."""
    return {path.suffix: path for path in folder.rglob("*.nb?")}


def hits(function) -> int:
    """How often code came from the cache."""
    return sum(function.stats.cache_hits.values())


@pytest.mark.parametrize("suffix", [".nbi", ".nbc"])
@pytest.mark.parametrize(
    "damage", [lambda b: b"", lambda b: os.urandom(500), lambda b: b[:100], lambda b: b[:-1] + bytes([b[-1] ^ 1]), lambda b: b"x" + b],
    ids=["empty", "random", "cut", "one bit", "shifted"],
)  # fmt: skip
def test_damaged_code_is_compiled_again(start, tmp_path, suffix, damage, capfd):
    """An index or code of length 0, of random bytes, cut, with one bit turned: the right value, and the entry is whole again."""
    assert start()(2) == 4
    path = entries(tmp_path)[suffix]
    path.write_bytes(damage(path.read_bytes()))
    mended, again = start(), None
    assert mended(3) == 6 and hits(mended) == 0
    again = start()
    assert again(4) == 8 and hits(again) == 1
    assert capfd.readouterr() == ("", "")


def test_a_cache_that_cannot_be_written_costs_time_alone(start, tmp_path):
    """A folder in the place of the index."""
    assert start()(2) == 4
    path = entries(tmp_path)[".nbi"]
    path.unlink()
    path.mkdir()
    assert start()(2) == 4 and start()(3) == 6


def test_foreign_code_of_the_old_layout_is_not_opened(start, tmp_path):
    """A pickle without the digest before it is no entry: what it would run is not run."""
    assert start()(2) == 4
    mark = tmp_path / "ran"
    attack = f"cposix\nsystem\n(Vtouch {mark.as_posix()}\ntR.".encode()
    for path in entries(tmp_path).values():
        path.write_bytes(attack)
    assert start()(3) == 6 and not mark.exists()


CALLER = """
from sim.core.compiled import njit
from sim.equations.clashes import fighting_deaths
from sim.equations.elites import defection_hazard
from constants import LETHALITY


@njit(cache=True)
def deaths(protesters):
    return protesters * fighting_deaths(1.0, 0.0, LETHALITY, 1.0, 3.0)


@njit(cache=True)
def deaths_of_a_day(protesters):
    return deaths(protesters)


@njit(cache=True)
def hazard(survival):
    return defection_hazard(survival, 1.0, 0.0, 9.0, 0.5, 0.2)


print(deaths_of_a_day(100.0), hazard(0.5), *(sum(f.stats.cache_hits.values()) for f in (deaths_of_a_day, hazard)))
"""


def test_an_equation_that_changes_is_compiled_anew_into_its_callers(tmp_path):
    """A copy of the package, one process per line: an equation, one behind another, and a constant of another file change.

    Each time every function that contains the change is compiled anew, and the others come from the cache.
    """
    shutil.copytree(ROOT / "sim", tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "caller.py").write_text(CALLER, encoding="utf-8")
    (tmp_path / "constants.py").write_text("LETHALITY = 0.01\n", encoding="utf-8")
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": str(tmp_path)}

    def results() -> list[float]:
        process = subprocess.run(
            [sys.executable, "caller.py"], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300
        )
        assert process.returncode == 0, process.stderr
        return [float(word) for word in process.stdout.split()]

    def edit(path: str, old: str, new: str) -> None:
        text = (tmp_path / path).read_text(encoding="utf-8")
        assert text.count(old) == 1
        (tmp_path / path).write_text(text.replace(old, new), encoding="utf-8")

    hazard = 0.2 * (0.5 - 1.0 / (1.0 + exp(9.0)))
    assert results() == pytest.approx([9.0, hazard, 0, 0])
    assert results() == pytest.approx([9.0, hazard, 1, 1])
    edit("sim/equations/clashes.py", "return fighting * (", "return 2.0 * fighting * (")
    assert results() == pytest.approx([18.0, hazard, 0, 1])
    edit("sim/equations/choice.py", "    if x >= 0.0:\n", "    x += 1e9\n    if x >= 0.0:\n")
    assert results() == pytest.approx([18.0, 0.0, 1, 0])
    edit("constants.py", "0.01", "0.03")
    assert results() == pytest.approx([54.0, 0.0, 0, 1])
    assert results() == pytest.approx([54.0, 0.0, 1, 1])


def test_a_damaged_or_forged_entry_is_made_again(tmp_path, monkeypatch):
    """Cut, deep, or of another key: the data are derived again."""
    monkeypatch.setattr(caches, "folder", lambda: tmp_path)
    monkeypatch.setattr(caches, "_texts", {})
    assert load_or_make("a", "1", lambda: {"x": [1]}) == {"x": [1]}
    assert load_or_make("a", "2", lambda: {"x": [2]}) == {"x": [2]}
    one, two = tmp_path / "a-1.json", tmp_path / "a-2.json"
    deep = "[" * 200_000
    for content in (
        b"",
        one.read_bytes()[:-3],
        two.read_bytes(),
        f"{caches._seal(one, deep)}\n{deep}".encode(),
        b"\xff",
    ):
        one.write_bytes(content)
        caches._texts.clear()
        assert load_or_make("a", "1", lambda: {"x": ["again"]}) == {"x": ["again"]}
    caches._texts.clear()
    assert load_or_make("a", "1", lambda: pytest.fail("the entry is whole")) == {"x": ["again"]}


HOSTILE = {
    ".numba_config.yaml": "cache_dir: sent\ndisable_jit: 1\n",
    "matplotlibrc": "backend: module://evil\nfigure.dpi: 3\ntext.usetex: True\nfont.size: 40\n",
    "evil.py": "open('ran', 'w').close()\n",
    "numpy.py": "open('ran', 'w').close()\nraise SystemExit(9)\n",
    "sitecustomize.py": "open('ran', 'w').close()\n",
    "hydra_plugins/evil.py": "open('ran', 'w').close()\n",
}
LOOK = """
import numba, sim
from sim.core.streams import njit
from sim import plots
import matplotlib
assert not numba.config.DISABLE_JIT and numba.config.CACHE_DIR != "sent", numba.config.CACHE_DIR
numba.core.config.reload_config()
assert not numba.config.DISABLE_JIT and numba.config.CACHE_DIR != "sent"
matplotlib.rcParams._get_backend_or_none() if hasattr(matplotlib.rcParams, "_get_backend_or_none") else None
assert matplotlib.rcParams["font.size"] == 10 and not matplotlib.rcParams["text.usetex"]
assert dict.__getitem__(matplotlib.rcParams, "backend") == "agg"
from experiments.cli import main
main(["run", "--cfg", "citizens=500"])
"""


def test_a_folder_that_somebody_sent_steers_nothing(tmp_path):
    """Settings of libraries and modules in the current folder, and MPLBACKEND: nothing of them is read or run."""
    for name, content in HOSTILE.items():
        path = tmp_path / "sent" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    (tmp_path / "look.py").write_text(LOOK, encoding="utf-8")
    paths = os.pathsep.join([str(ROOT)])
    environment = os.environ | {"MPLBACKEND": "module://evil", "PYTHONPATH": paths}
    done = subprocess.run(
        [sys.executable, str(tmp_path / "look.py")], cwd=tmp_path / "sent", env=environment, capture_output=True, text=True, timeout=300
    )  # fmt: skip
    assert done.returncode == 0 and "citizens: 500" in done.stdout, done.stderr
    assert sorted(p.name for p in (tmp_path / "sent").rglob("*") if p.is_file()) == sorted(
        Path(n).name for n in HOSTILE
    )
