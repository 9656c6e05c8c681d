"""The patrons of a case: outside powers, from the case and from `configs/case/patrons.yaml`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from experiments.history.cases.actors import powers
from experiments.history.cases.cases import Case
from sim.actors.charter import in_force
from sim.core.axes import CHANNELS

LEVEL = {"low": 0.1, "mid": 0.5, "high": 0.9, "n/a": 0.0}
RELATION = {"good": 0.6, "mixed": 0.1, "bad": -0.6}
GROUPS = ("RUS", "TUR", "WEST", "other")  # classes of addressees


@dataclass(frozen=True)
class Patron:
    """An outside power that the host may ask for help."""

    code: str
    group: str  # class of addressees: RUS | TUR | WEST | other
    organisation: str  # name of the arrangement that answers a request
    alignment: float  # of the host's elites, -1 to 1
    dependence: tuple[float, float, float]  # economic, military, cultural
    external: bool  # a treaty covers attacks from outside
    internal: bool  # a mandate covers events at home
    committed: float  # share of its forces engaged elsewhere
    soldiers: float  # that it could send, thousands
    tie: float  # of the adversary with it, 0 to 1
    lag: tuple[int, int]  # least and most days from request to landing


def address_class(code: str) -> str:
    """Class of an addressee: RUS | TUR | WEST | other."""
    table = powers()
    for group, codes in table["classes"].items():
        if code in codes:
            return group
    return "WEST" if code in table["west"] else "other"


def patrons(case: Case) -> Iterator[Patron]:
    """The powers with a relation to the host and its primary patron, without the adversary."""
    e, table = case.facts, powers()
    adversary, primary = e["adversary"], e["primary_patron"]
    for code, power in table["powers"].items():
        relation = e["patron_relation"][code]
        if relation == "n/a" or (address_class(adversary) == code and case.kind == "interstate"):
            continue
        if code == case.host:
            continue
        ties = _ties(e["dependence"][code], code == primary)
        yield _patron(case, code, power["class"], RELATION[relation], ties, power["pool_k"])
    if primary not in ("none", adversary, case.host) and primary not in table["powers"]:
        other = table["other"]
        ties = _ties(other, True)
        yield _patron(case, primary, address_class(primary), RELATION[other["relation"]], ties, other["pool_k"])


def _ties(levels: dict[Any, Any], primary: bool) -> tuple[float, ...]:
    """Dependence per channel; a primary patron has a share of each channel beyond the coded level."""
    share = powers()["primary"]
    return tuple((1.0 - share) * LEVEL[levels[channel]] + share * primary for channel in CHANNELS)


def _patron(case: Case, code: str, group: str, alignment: float, ties: tuple[float, ...], pool_k: float) -> Patron:
    e, table = case.facts, powers()
    csto, nato = code == "RUS" and e["csto_member"], code == "WEST" and e["nato_member"]
    treaties = _treaties(code, case)
    internal = (csto and e["csto_internal_mandate"] == "in_force") or any(t.get("internal") for t in treaties)
    external = csto or nato or any(t.get("external", True) for t in treaties)
    base = any(code in (guest, address_class(guest)) for guest in e["foreign_troops_in_host"])
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
        dependence=(ties[0], ties[1], ties[2]),
        external=external,
        internal=internal,
        committed=engaged,
        soldiers=soldiers,
        tie=_tie(case, code),
        lag=tuple(lag),
    )


def _treaties(code: str, case: Case) -> list[dict[Any, Any]]:
    """Treaties in force on day 0 between the host and the power, or the leading state of the power."""
    table, day = powers(), case.start
    bound = {table["powers"].get(code, {}).get("leader", code), case.host}
    return [t for t in table["treaties"] if bound <= set(t["between"]) and in_force(t["since"], t.get("until"), day)]


def _committed(case: Case, code: str) -> float:
    """Share of a power's forces with tasks elsewhere."""
    table = powers()
    war = table["large_wars"].get(code)
    if war is not None and in_force(war["since"], war.get("until"), case.start):
        return table["committed"]["large_war"]
    return table["committed"]["distracted"] if case.facts["patron_distracted"].get(code) else 0.0


def _tie(case: Case, code: str) -> float:
    """Deterrence of a power by the adversary, 0 to 1: as a state, as its ally, as a nuclear power."""
    if case.kind != "interstate":
        return 0.0
    table, adversary = powers(), case.facts["adversary"]
    term = table["alliances"].get(code, {}).get(adversary)
    allied = term is not None and in_force(term["since"], term.get("until"), case.start)
    return ((1.0 if allied else 0.5) + (1.0 if adversary in table["nuclear"] else 0.0)) / 2.0
