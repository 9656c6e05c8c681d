"""Tests mirror the source: the test of a module can be guessed from its path."""

from pathlib import Path

import pytest

from sim.mechanisms import Mechanisms

pytestmark = pytest.mark.exact

ROOT = Path(__file__).resolve().parents[2]
# no module has these subjects: the contract of all mechanisms; the commands from end to end
WITHOUT_MODULE = {
    "sim/mechanisms/test_contract.py",
    "experiments/test_commands.py",
    "experiments/studies/test_patterns.py",
}


def test_a_test_file_has_a_module_or_a_room():
    """tests/A/B/test_NAME.py, or test_NAME_SUBJECT.py, is about A/B/NAME.py or the room A/B/NAME."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        place = path.relative_to(ROOT / "tests")
        if place.parts[0] == "project" or place.as_posix() in WITHOUT_MODULE:
            continue
        words = place.stem.removeprefix("test_").split("_")
        names = ["_".join(words[:n]) for n in range(1, len(words) + 1)]
        folder = ROOT / place.parent
        assert any((folder / f"{name}.py").is_file() or (folder / name).is_dir() for name in names), place


@pytest.mark.parametrize("mechanism", list(Mechanisms.model_fields))
def test_a_mechanism_has_its_test(mechanism):
    """tests/sim/mechanisms/test_NAME.py."""
    assert (ROOT / "tests" / "sim" / "mechanisms" / f"test_{mechanism}.py").is_file()
