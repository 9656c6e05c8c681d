"""An attack among members of a charter that renounces force."""

import pytest

pytestmark = pytest.mark.exact


@pytest.fixture
def attacked(model):
    """A world in which a member of the CSTO attacks another, the charter, and the rows of attacker and attacked."""
    world = model.world
    charter = next(c for c in world.fixed.by_draw_key if c.name == "CSTO")
    states = world.fixed.names.states
    attacker, s = states.index("KGZ"), states.index("TJK")
    assert {attacker, s} <= set(charter.members) and "non_use_of_force" in charter.clauses
    world.attack[s], world.attacker[s] = 0.5, attacker
    return world, charter, attacker, s


def test_members_turn_from_the_attacker_by_the_size_of_the_attack(attacked):
    """The disposition of every other member's elites falls by the daily loss of standing, that of others not at all."""
    world, charter, attacker, s = attacked
    before = world.disposition.copy()
    world.mechanisms.breach.charge(world, charter, s)
    change = world.disposition - before
    for state in range(len(world.fixed.names.states)):
        rows = world.fixed.factions_of(state)
        expected = -0.5 * world.mechanisms.breach.standing if state in charter.members and state != attacker else 0.0
        assert change[rows, attacker] == pytest.approx(expected)
        assert (change[rows, s] == 0.0).all()


def test_the_breach_is_entered_once(attacked):
    """Two days of one attack are one entry of the log."""
    world, charter, _, s = attacked
    for _ in range(2):
        world.mechanisms.breach.charge(world, charter, s)
    assert [entry.kind for entry in world.log].count("breach") == 1


def test_no_attack_no_breach(attacked):
    """Without an attack nothing changes."""
    world, _, _, s = attacked
    world.attack[s] = 0.0
    before = world.disposition.copy()
    world.mechanisms.breach.step(world)
    assert (world.disposition == before).all() and not world.log
