"""The headline numbers of the committed baseline."""

import pytest
import yaml

from tests.baseline import PATH, compute


@pytest.mark.baseline
def test_the_baseline_result_repeats():
    """Same metrics, same counts, same means to 1e-9: the kernel is exact, the actor layer's floats may differ in the last bit."""
    committed = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    computed = compute()
    assert computed.keys() == committed.keys()
    for scenario, metrics in committed.items():
        assert computed[scenario].keys() == metrics.keys()
        for key, entry in metrics.items():
            assert computed[scenario][key]["n"] == entry["n"], (scenario, key)
            assert computed[scenario][key]["mean"] == pytest.approx(entry["mean"], rel=1e-9, abs=1e-9), (scenario, key)
