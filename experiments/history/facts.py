"""From the coded facts of a case to numbers of the model; only what was known before the outcome enters."""

from dataclasses import dataclass
from functools import cache
from math import log, log10

import yaml

from experiments.history.cases import FIRST_WEEK, Case
from sim.load import configs
from sim.organisations import in_force

LEVEL = {"low": 0.1, "mid": 0.5, "high": 0.9, "n/a": 0.0}
RELATION = {"good": 0.6, "mixed": 0.1, "bad": -0.6}
OIL = {"low": 0.0, "mid": 0.5, "high": 1.0}
SHOCK = {"small": 1 / 3, "medium": 2 / 3, "large": 1.0}
REGIME = {"autocracy": 0.2, "hybrid": 0.4, "democracy": 0.65}  # polyarchy where it is not coded
SPLIT = {"none": 0.0, "moderate": 0.5, "deep": 1.0}
FORCES = {"loyal": 0.0, "wavering": 0.5, "disloyal": 1.0}
ARMED = {"none": 0.0, "low": 0.3, "high": 1.0}
USUAL_PROTEST = 0.4  # percent of population, the middle case
CHANNELS = ("economic", "military", "cultural")


@dataclass(frozen=True)
class Patron:
    """An outside power that the host may turn to."""

    code: str
    group: str  # class of addressees: RUS | TUR | WEST | other
    organisation: str  # name of the arrangement that would answer
    alignment: float  # of the host's elites, -1 to 1
    dependence: tuple[float, float, float]  # economic, military, cultural
    external: bool  # a treaty covers attacks from outside
    internal: bool  # a mandate covers events at home
    committed: float  # share of its forces engaged elsewhere
    soldiers: float  # that it could send, thousands
    tie: float  # of the adversary with it, 0 to 1
    lag: int  # days from request to landing


@dataclass(frozen=True)
class FirstWeek:
    """What the first days show; None of it is known on day 0."""

    split: float  # of the elites, 0 to 1
    forces: float  # disloyalty of the security forces, 0 to 1
    armed: float  # armed challenge, 0 to 1
    sites: float  # key sites lost, 0 or 1
    crowd: float  # log10 of early protest relative to the middle case, -1.5 to 1.5


@dataclass(frozen=True)
class DayZero:
    """What is known on day 0."""

    polyarchy: float
    autocracy: float
    democracy: float
    tenure: float
    oil: float
    income: float
    shock: float  # 1/3, 2/3, 1
    outsider: bool  # the adversary comes from outside
    state: bool  # and is a state
    population_m: float
    gdp_pc: float
    patrons: tuple[Patron, ...]


@cache
def powers() -> dict:
    """configs/case/patrons.yaml."""
    return yaml.safe_load((configs() / "case" / "patrons.yaml").read_text(encoding="utf-8"))


def address_class(code: str) -> str:
    """Class of an addressee: RUS | TUR | WEST | other."""
    table = powers()
    for group, codes in table["classes"].items():
        if code in codes:
            return group
    return "WEST" if code in table["west"] else "other"


def first_week(case: Case) -> FirstWeek | None:
    """The first-week facts, or None if one of them is not coded (early protest may be)."""
    values = [case.facts.get(name) for name in FIRST_WEEK]
    if any(v is None for v in values[:4]):
        return None
    split, forces, armed, sites, protest = values
    return FirstWeek(SPLIT[split], FORCES[forces], ARMED[armed], float(sites), _crowd(protest))


def _crowd(percent: float | None) -> float:
    if percent is None:
        return 0.0
    return min(1.5, max(-1.5, log10(max(percent, 1e-3) / USUAL_PROTEST)))


def day_zero(case: Case) -> DayZero:
    """The facts of day 0 as numbers."""
    e = case.facts
    v = e.get("polyarchy")
    v = REGIME[e["host_regime"]] if v is None else v
    return DayZero(
        polyarchy=v,
        autocracy=min(1.5, max(0.0, (0.45 - v) / 0.2)),
        democracy=min(1.5, max(0.0, (v - 0.45) / 0.2)),
        tenure=log(1.0 + max(0.0, e["leader_tenure_years"])) / log(11.0) - 0.6,
        oil=OIL[e["oil_rents"]],
        income=(max(100.0, e["gdp_pc_usd"]) / 3000.0) ** 0.2,
        shock=SHOCK[e["shock_size"]],
        outsider=case.kind != "domestic",
        state=case.kind == "interstate",
        population_m=max(0.02, e["population_m"]),
        gdp_pc=max(100.0, e["gdp_pc_usd"]),
        patrons=tuple(_patrons(case)),
    )


def _patrons(case: Case):
    """The powers with a relation to the host, and its primary patron if that is another; never the adversary itself."""
    e, table = case.facts, powers()
    adversary = e["adversary"]
    for code, power in table["powers"].items():
        relation = e["patron_relation"][code]
        if relation == "n/a" or (address_class(adversary) == code and case.kind == "interstate"):
            continue
        if code == case.host:
            continue
        ties = tuple(LEVEL[e["dependence"][code][channel]] for channel in CHANNELS)
        yield _patron(case, code, power["class"], RELATION[relation], ties, power["pool_k"])
    primary = e["primary_patron"]
    if primary not in ("none", adversary, case.host) and primary not in table["powers"]:
        other = table["other"]
        ties = tuple(LEVEL[other[channel]] for channel in CHANNELS)
        yield _patron(case, primary, address_class(primary), RELATION[other["relation"]], ties, other["pool_k"])


def _patron(case: Case, code: str, group: str, alignment: float, ties, pool_k: float) -> Patron:
    e, table, day = case.facts, powers(), case.start
    csto, nato = code == "RUS" and e["csto_member"], code == "WEST" and e["nato_member"]
    treaty = any({code, case.host} == set(t["between"]) and in_force(t["since"], None, day) for t in table["treaties"])
    internal = csto and e["csto_internal_mandate"] == "in_force"
    external = csto or nato or treaty
    base = any(address_class(guest) == code or guest == code for guest in e["foreign_troops_in_host"])
    engaged = _committed(case, code)
    soldiers = min(pool_k, table["most_per_mille"] * max(0.02, e["population_m"])) * (1.0 - engaged)
    organisation = table["powers"].get(code, {}).get("organisation", "")
    member = {"CSTO": e["csto_member"], "NATO": e["nato_member"], "OTS": e["ots_member"]}.get(organisation, False)
    lag = table["lag_days"]["treaty_or_base" if external or internal or base else "without"]
    return Patron(
        code=code,
        group=group,
        organisation=organisation if member else f"bilateral {code}",
        alignment=alignment,
        dependence=ties,
        external=external,
        internal=internal,
        committed=engaged,
        soldiers=soldiers,
        tie=_tie(case, code),
        lag=lag,
    )


def _committed(case: Case, code: str) -> float:
    """Share of a power's forces that is engaged elsewhere: a stock, not a flag."""
    table = powers()
    war = table["large_wars"].get(code)
    if war is not None and in_force(war["since"], war.get("until"), case.start):
        return table["committed"]["large_war"]
    return table["committed"]["distracted"] if case.facts["patron_distracted"].get(code) else 0.0


def _tie(case: Case, code: str) -> float:
    """How the adversary holds a power back: as a state, as its ally, as a nuclear power; 0 if it is no state."""
    if case.kind != "interstate":
        return 0.0
    table, adversary = powers(), case.facts["adversary"]
    term = table["alliances"].get(code, {}).get(adversary)
    allied = term is not None and in_force(term["since"], term.get("until"), case.start)
    return ((1.0 if allied else 0.5) + (1.0 if adversary in table["nuclear"] else 0.0)) / 2.0


def similarity(mine: DayZero, theirs: DayZero) -> float:
    """Weight of another crisis as a donor of unknown first-week facts."""
    steps = abs(mine.shock - theirs.shock) * 3.0
    from_regime = abs(mine.polyarchy - theirs.polyarchy) / 0.2
    return 0.2**steps * 2.718281828459045**-from_regime


def donors(case: Case, known: list[Case]) -> list[tuple[FirstWeek, float]]:
    """Distribution of first-week facts given day 0: other hosts of the same kind weighted by similarity, never the own host.

    Raises ValueError if no other host is there.
    """
    mine = day_zero(case)
    others = [c for c in known if c.host != case.host and c.event != case.event and first_week(c) is not None]
    same = [c for c in others if c.kind == case.kind] or others
    if not same:
        raise ValueError(f"{case.id}: no other host to draw first-week facts from")
    weights = [similarity(mine, day_zero(c)) for c in same]
    total = sum(weights)
    return [(first_week(c), w / total) for c, w in zip(same, weights, strict=True)]
