"""The state of a world has owners: only the owner writes, calls between mechanisms are declared, and there are no circles."""

import ast
import inspect
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import sim
from benchmarks.speed import POLICIES
from sim.actors.policies import POLICIES_WITH_STATE
from sim.core.axes import AXES
from sim.core.mechanism import DecidingMechanism, declarations
from sim.mechanisms import Mechanisms, declared_state
from sim.spec.config_files import names_in
from tools import state as tool

pytestmark = pytest.mark.exact

FOLDER = Path(sys.modules["sim.mechanisms"].__file__).parent
# modules that belong to the mechanism of another
PARTS_OF = {
    "assistance_utilities": "assistance", "dispositions": "alignment", "event_kinds": "events", "response_options": "response",
}  # fmt: skip
OWNER = {declaration.name: declaration.owner for _, declaration in declared_state(Mechanisms())}
CLASSES = {name: field.annotation for name, field in Mechanisms.model_fields.items()}
SCENARIOS = sorted(names_in("scenario"))
POLICY_OWNERS = {declaration.owner for policy in POLICIES_WITH_STATE for declaration in declarations(policy)}


def module_of(path: Path) -> str:
    """Mechanism of a module."""
    return PARTS_OF.get(path.stem, path.stem)


def modules() -> list[Path]:
    """The modules of the mechanisms."""
    return [path for path in sorted(FOLDER.glob("*.py")) if path.stem != "__init__"]


def calls() -> set[tuple[str, str]]:
    """(mechanism, mechanism whose operation it calls), from the code: through the world or by an import."""
    pairs = set()
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Attribute)
                and node.value.attr == "mechanisms"
            ):
                pairs.add((module_of(path), node.attr))
    return {(caller, callee) for caller, callee in pairs if caller != callee}


def test_each_piece_of_state_has_one_owner_and_says_what_it_is():
    """Names are unique; axes, unit and text are there."""
    declared = [declaration for _, declaration in declared_state(Mechanisms())]
    assert len({d.name for d in declared}) == len(declared) > 80
    for d in declared:
        assert d.text and (not d.is_array or (d.axes and set(d.axes) <= set(AXES) and d.unit)), d.name


def test_the_world_is_handed_on_whole():
    """No module keeps the mechanisms under another name, so that every call between mechanisms can be read."""
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        uses = [n for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr == "mechanisms"]
        followed = [n.value for n in ast.walk(tree) if isinstance(n, ast.Attribute)]
        assert all(any(n is value for value in followed) for n in uses), path.stem


def test_uses_are_those_of_the_code():
    """Each mechanism declares the mechanisms whose operations it calls, no more and no fewer."""
    declared = {(name, used) for name, mechanism in CLASSES.items() for used in mechanism.uses}
    assert declared == calls()


def test_calls_between_mechanisms_run_in_no_circle():
    """Depth-first search meets no mechanism twice on one path."""

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " -> ".join((*path, name))
        for used in CLASSES[name].uses:
            visit(used, (*path, name))

    for name in CLASSES:
        visit(name, ())


def written(tree: ast.AST) -> set[str]:
    """Names of state that a module assigns, whole or in part."""
    names = set()
    for node in ast.walk(tree):
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
        )
        for target in targets:
            for part in target.elts if isinstance(target, ast.Tuple) else [target]:
                while isinstance(part, ast.Subscript):
                    part = part.value
                if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == "world":
                    names.add(part.attr)
    return names


def test_no_code_assigns_the_state_of_another():
    """In mechanisms and actors; out-parameters of kernels are seen by the run below."""
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert {OWNER[name] for name in written(tree)} <= {module_of(path)}, path.stem
    for path in sorted((FOLDER.parent / "actors").glob("*.py")):
        allowed = POLICY_OWNERS if path.stem == "policies" else set()
        assert {OWNER[name] for name in written(ast.parse(path.read_text(encoding="utf-8")))} <= allowed, path.stem


class Guard:
    """Compares all arrays whenever control passes from one owner to another."""

    def __init__(self, world):
        self.world, self.stack, self.written = world, ["stage"], set()
        self.before = {name: array.copy() for name, array in world.arrays.items()}
        self.mechanisms = world.mechanisms
        watched = {name: Watched(self, name, getattr(world.mechanisms, name)) for name in Mechanisms.model_fields}
        world.mechanisms = SimpleNamespace(**watched)

    def check(self) -> None:
        """Arrays that differ from the last look belong to the owner in control."""
        for name, array in self.world.arrays.items():
            if not np.array_equal(array, self.before[name]):
                assert OWNER[name] in self.stack[-1:], f"{self.stack[-1]} wrote {name} of {OWNER[name]}"
                self.before[name] = array.copy()
                self.written.add(name)

    def run(self, owner: str, function, *arguments):
        """Call a function of an owner."""
        self.check()
        self.stack.append(owner)
        result = function(*arguments)
        self.check()
        self.stack.pop()
        return result


class Watched:
    """A mechanism whose operations, methods that return nothing, pass the guard."""

    def __init__(self, guard: Guard, name: str, mechanism):
        self._guard, self._name, self._mechanism = guard, name, mechanism

    def __getattr__(self, attribute: str):
        value = getattr(self._mechanism, attribute)
        if inspect.ismethod(value) and inspect.signature(value).return_annotation in (None, "None"):
            return lambda *arguments: self._guard.run(self._name, value, *arguments)
        return value


def days_under_guard(spec) -> set[str]:
    """Simulate a specification day by day; names of the arrays that were written."""
    model = sim.InfluenceModel(spec)
    world, guard = model.world, Guard(model.world)
    for _ in range(spec.days):
        for part in model.day:
            mechanism = part.mechanism
            guard.run(part.name, mechanism.step, world)
            if isinstance(mechanism, DecidingMechanism):
                for row, question in mechanism.questions(world):
                    answer = guard.run("adaptiveeffort", part.agents[row].decide, mechanism, question)
                    guard.run(part.name, mechanism.carry_out, world, question, answer)
        world.day += 1
    return guard.written


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_only_the_owner_writes(scenario):
    """Arrays are compared before and after each mechanism, operation, decision and policy, in every shipped scenario."""
    spec = sim.load([f"scenario={scenario}", "citizens=100", "days=35", "parameters=prior", "indicators=drawn"])
    assert len(days_under_guard(spec)) >= (8 if spec.scenario.events else 3)  # a quiet world writes little


def test_only_the_owner_writes_with_policies_and_acts():
    """Six policies over a quarter and an adaptive one: instruments, soldiers and stocks move too."""
    policies = [f"+scenario.policies.{state}={policy}" for state, policy in POLICIES.items()]
    written_arrays = days_under_guard(sim.load([*policies, "citizens=100", "days=190", "scenario=both"]))
    assert {"volume", "bandwidth", "joint_acts", "soldiers", "effort_payoff"} <= written_arrays


def test_the_guard_sees_a_trespass():
    """A write to the array of another owner fails, also through an operation of a third."""
    world = sim.InfluenceModel(sim.load(["citizens=100", "days=2"])).world
    guard = Guard(world)

    def trespass() -> None:
        world.legitimacy[0] += 0.1

    with pytest.raises(AssertionError, match="policing wrote legitimacy of legitimacy"):
        guard.run("policing", trespass)
    world.legitimacy[0] -= 0.1
    guard.stack[:] = ["response"]
    guard.run("response", world.mechanisms.legitimacy.raise_level, world, 0, 0.1)
    assert guard.written == {"legitimacy"}


def test_page_and_stub_are_those_of_the_declarations():
    """docs/state.md and sim/core/world.pyi are fresh: `python -m tools.state` writes them."""
    assert tool.PAGE.read_text(encoding="utf-8") == tool.page()
    assert tool.STUB.read_text(encoding="utf-8") == tool.stub()


def test_every_piece_of_state_is_read():
    """Something outside its declaration reads each piece of state, or its owner needs it from day to day."""
    readers = tool.readers()
    assert [name for name in OWNER if not readers[name]] == []
