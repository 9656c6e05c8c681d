"""Parameters drawn from their priors or from the posterior, one draw per world and the same in every arm."""

from functools import cache
from pathlib import Path
from zlib import crc32

import numpy as np

from sim.caches import configs
from sim.mechanisms import Mechanisms
from sim.streams import Stream, uniform

WEIGHT = "weight:"  # of a vector with the crises of the named host left out; nothing named: with all
GOLDEN = 0.6180339887498949  # multiples of it, modulo 1, fill the unit interval evenly at every length


@cache
def _uncertain() -> tuple[tuple[str, str, float, float, float, int], ...]:
    """Mechanism, parameter, default, bounds of the prior, and unit of the draw."""
    return tuple(
        (name, parameter, getattr(standard, parameter), *prior, crc32(f"{name}.{parameter}".encode()))
        for name, standard in Mechanisms()
        for parameter, declared in type(standard).model_fields.items()
        if (prior := (declared.json_schema_extra or {}).get("prior"))
    )


def drawn(rules: Mechanisms, key: int) -> Mechanisms:
    """The mechanisms with every uncertain parameter drawn for this world; what the user has set stays as set."""
    values = {}
    for name, parameter, default, low, high, unit in _uncertain():
        if getattr(getattr(rules, name), parameter) == default:
            u = uniform(key, Stream.PARAMETERS, unit, 0, 0)
            values.setdefault(name, {})[parameter] = low + (high - low) * u
    return rules.model_copy(update={name: getattr(rules, name).model_copy(update=new) for name, new in values.items()})


def posterior_draw(rules: Mechanisms, key: int, replication: int, without: str = "") -> Mechanisms:
    """The mechanisms with draw number `replication` of the posterior; what the user has set stays as set.

    The draw belongs to the replication alone, so that it is the same in every arm and for every seed. Coefficients that
    carry a claim and were not calibrated come from their priors; all else stays as set.
    without: host whose crises are left out. Raises ValueError if the posterior knows no such host.
    """
    names, vectors, _ = posterior()
    row = vectors[posterior_rows(np.array([replication]), without)[0]]
    open_claims = {
        f"{name}.{parameter}": low + (high - low) * uniform(key, Stream.PARAMETERS, unit, 0, 0)
        for name, parameter, _, low, high, unit in _uncertain()
        if _declared(name, parameter)["claim"]
    }
    return _with(rules, open_claims | dict(zip(names, row.tolist(), strict=True)))


def posterior_rows(replications: np.ndarray, without: str = "") -> np.ndarray:
    """Row of the posterior that each replication draws. Raises ValueError if the posterior knows no such host."""
    weights = posterior()[2]
    if without not in weights:
        raise ValueError(f"the posterior knows no host {without}, only {', '.join(sorted(w for w in weights if w))}")
    u = (0.5 + replications * GOLDEN) % 1.0
    return np.minimum(np.searchsorted(weights[without], u), len(weights[without]) - 1)


def posterior_centre(rules: Mechanisms) -> Mechanisms:
    """The mechanisms with the vector of the posterior that is nearest its mean; what the user has set stays as set."""
    names, vectors, weights = posterior()
    share = np.diff(weights[""], prepend=0.0)
    mean = share @ vectors
    spread = np.sqrt(share @ (vectors - mean) ** 2)
    distance = (((vectors - mean) / spread) ** 2).sum(axis=1)
    return _with(rules, dict(zip(names, vectors[distance.argmin()].tolist(), strict=True)))


def _declared(name: str, parameter: str) -> dict:
    return Mechanisms.model_fields[name].annotation.model_fields[parameter].json_schema_extra


def _with(rules: Mechanisms, values: dict[str, float]) -> Mechanisms:
    """The mechanisms with values by path, where they still stand at their defaults."""
    changed: dict[str, dict[str, float]] = {}
    standard = _standard()
    for path, value in values.items():
        name, parameter = path.split(".")
        if getattr(getattr(rules, name), parameter) == getattr(getattr(standard, name), parameter):
            changed.setdefault(name, {})[parameter] = value
    return rules.model_copy(update={n: getattr(rules, n).model_copy(update=new) for n, new in changed.items()})


@cache
def _standard() -> Mechanisms:
    return Mechanisms()


@cache
def posterior() -> tuple[tuple[str, ...], np.ndarray, dict[str, np.ndarray]]:
    """Paths of the calibrated parameters, vectors (V, P), and cumulative weights by host left out ('' = none)."""
    from pyarrow.parquet import read_table

    table = read_table(posterior_file())
    columns = {name: table[name].to_numpy().astype(float) for name in table.column_names}
    names = tuple(name for name in columns if not name.startswith(WEIGHT))
    weights = {
        name.removeprefix(WEIGHT): np.cumsum(w) / w.sum() for name, w in columns.items() if name.startswith(WEIGHT)
    }
    return names, np.stack([columns[name] for name in names], axis=1), weights


def posterior_file() -> Path:
    """The shipped posterior sample; `suasion calibrate` makes it."""
    return configs() / "posterior" / "history.parquet"
