"""The fixed data of one replication: drawn indicators, ties, citizens and the resolved names of the stage."""

from math import exp
from typing import Any

import numpy as np

from sim.core.fixed import Fixed, Ties
from sim.kernels.citizens import draw_traits
from sim.kernels.neighbours import link_rows
from sim.kernels.opinions import innate_lanes
from sim.mechanisms import Mechanisms
from sim.mechanisms.contention import Contention
from sim.spec.directives import directives
from sim.spec.schema import Spec
from sim.stage.event_rows import resolved_events
from sim.stage.survey import STORED_ROWS, Survey


def fixed_data(
    stage: Survey,
    key: int,
    mechanisms: Mechanisms,
    state: dict[Any, Any],
    ties: Ties,
    volume: np.ndarray,
    ceiling: np.ndarray,
) -> Fixed:
    """The fixed data of the world of a key.

    state: indicators by name, (S,) each; volume (C, S, S); ceiling (C,) largest volume by channel.
    """
    citizens = _citizens(stage, key, mechanisms, state["population_m"] * 1e6)
    return Fixed(
        key=key,
        ties=ties,
        volume0=volume,
        volume_ceiling=ceiling,
        organisation_precision=mechanisms.assistance.precision,
        hearing=mechanisms.opinions.hearing(mechanisms.alignment, mechanisms.contention),
        **_actors(stage, key, mechanisms, state),
        **citizens,
    )


def _actors(stage: Survey, key: int, mechanisms: Mechanisms, state: dict[Any, Any]) -> dict[Any, Any]:
    """Fields of `Fixed` about states, organisations, factions and events."""
    spec, entities, n_states = stage.complete_spec, stage.entities, len(stage.row)
    population = state["population_m"] * 1e6
    adults = population * mechanisms.contention.adult_share
    return {
        "names": stage.names,
        "payoffs": spec.payoffs,
        "host": stage.row[spec.scenario.host],
        "charters": stage.charters,
        "by_draw_key": tuple(sorted(stage.charters, key=lambda c: c.draw_key)),
        "acting_alone": tuple(sorted((c for c in stage.charters if c.alone), key=lambda c: c.draw_key)),
        "events": resolved_events(spec, key, stage.row, {name: f for f, name in enumerate(stage.names.factions)}),
        "directives": directives(spec),
        "policies": stage.policies,
        "draw_key": stage.draw_key,
        "population": population,
        "adults": adults,
        "corruption": 1.0 - state["corruption_cpi"] / 100.0,
        "polyarchy": state["polyarchy"],
        "legitimacy0": state["legitimacy"],
        "security": state["security_personnel_k"] * 1e3 / adults * _steadiness(stage),
        "capacity0": np.ones(n_states),
        "strength0": np.array([spec.scenario.strength.get(code, 1.0) for code in stage.row]),
        "joint_acts0": _joint_acts(stage),
        "state_of": entities.state_of,
        "faction_starts": entities.faction_starts,
        "segment_starts": entities.segment_starts,
        "weight": entities.weight,
        "susceptibility": np.full(entities.state_of.size, mechanisms.alignment.openness),
        "identity": entities.identity,
        "security_faction": entities.security_faction,
        "faction_key": entities.faction_key,
        "outsider": np.zeros(n_states, dtype=bool),
        "rent_ratio": state["rent_ratio"][entities.state_of[: entities.rent_factor.size]]
        * entities.rent_factor
        * entities.cohesion
        * exp(mechanisms.defection.base_rents),
        "borders": stage.borders,
        "kin": stage.kin,
    }


def _citizens(stage: Survey, key: int, mechanisms: Mechanisms, population: np.ndarray) -> dict[Any, Any]:
    """Fields of `Fixed` about the citizens of the host. population (S,) persons."""
    spec, contention = stage.complete_spec, mechanisms.contention
    inhabitants = population[stage.row[spec.scenario.host]]
    mobilisable = inhabitants * contention.adult_share * contention.mobilisable_share
    everybody = spec.citizens == "all"
    bounds = segment_bounds(spec, round(mobilisable) if spec.citizens == "all" else spec.citizens)
    inhabitant_bounds = segment_bounds(spec, round(inhabitants)) if everybody else bounds
    inhabited = np.diff(inhabitant_bounds).nonzero()[0]
    links = _links(key, bounds, contention)
    return {
        "people_per_row": mobilisable / bounds[-1],
        "row_bounds": bounds,
        "traits": draw_traits(key, int(bounds[-1])),
        "links": links,
        "edges": stage.edges,
        "focal_patrons": stage.focal_patrons(mechanisms.opinions.enabled),
        "inhabitant_bounds": inhabitant_bounds,
        "inhabited_segments": inhabited,
        "rows_per_segment": np.diff(inhabitant_bounds)[inhabited],
        "inhabitant_links": _links(key, inhabitant_bounds, contention) if everybody else links,
        "deviations": stored_deviations(key, int(inhabitant_bounds[-1])),
    }


def _links(key: int, bounds: np.ndarray, contention: Contention) -> np.ndarray:
    """Long links of the rows; (q, 0) if there are too many to store."""
    if bounds[-1] > STORED_ROWS:
        return np.empty((contention.long_links, 0), dtype=np.uint32)
    return link_rows(key, bounds, contention.long_links, contention.own_chance)


def stored_deviations(key: int, n_rows: int) -> np.ndarray:
    """Innate deviations of the rows, uint32 (rows,), or (0,) if there are too many to store."""
    deviations = np.empty(n_rows if n_rows <= STORED_ROWS else 0, dtype=np.uint32)
    innate_lanes(key, 0, deviations.size, deviations)
    return deviations


def segment_bounds(spec: Spec, n_rows: int) -> np.ndarray:
    """First row of each host segment, by largest remainder."""
    config = spec.states[spec.scenario.host]
    sizes = np.array([g.population_k.value for g in config.segments.values()])
    exact = sizes / sizes.sum() * n_rows
    counts = np.floor(exact).astype(np.int64)
    counts[np.argsort(counts - exact, kind="stable")[: n_rows - counts.sum()]] += 1
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _steadiness(stage: Survey) -> np.ndarray:
    """(S,) share of reliable security forces: a split of the host's security faction reduces it."""
    spec, steady = stage.spec, np.ones(len(stage.row))
    split, host = spec.scenario.split, spec.scenario.host
    if any(f.old_guard for role, f in spec.states[host].factions.items() if role == "security"):
        steady[stage.row[host]] = 1.0 - split.wavering * split.depth
    return steady


def _joint_acts(stage: Survey) -> np.ndarray:
    """(O,) joint acts per pair of members on day 0; none before an organisation is founded."""
    acts = np.zeros(len(stage.charters))
    founded = zip(stage.spec.organisations.values(), stage.charters, strict=False)
    acts[: len(stage.spec.organisations)] = [o.joint_acts if c.members else 0.0 for o, c in founded]
    return acts
