"""The headline numbers of the committed reference result."""

import pytest
import yaml

from tests.reference import PATH, compute


@pytest.mark.baseline
def test_the_reference_result_repeats():
    """Same metrics, same counts, same means to 1e-9: the kernel is exact, the actor layer's floats may differ in the last bit."""
    committed = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    found = compute()
    assert found.keys() == committed.keys()
    for scenario, metrics in committed.items():
        assert found[scenario].keys() == metrics.keys()
        for key, entry in metrics.items():
            assert found[scenario][key]["n"] == entry["n"], (scenario, key)
            assert found[scenario][key]["mean"] == pytest.approx(entry["mean"], rel=1e-9, abs=1e-9), (scenario, key)
