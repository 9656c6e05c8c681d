"""Parameters and indicators that the user fixed: a command line or a file names them, whatever their values.

In the composed tree every parameter of the mechanisms starts without a value. So only fixed parameters have one, and the
schema fills in the defaults of all others.
"""

from typing import Any

from sim.mechanisms import Mechanisms
from sim.spec.schema import parameter_paths
from sim.spec.schema.indicators import exact, is_indicator

UNNAMED = "???"  # OmegaConf's word for a missing value


def unnamed_parameters() -> dict[Any, Any]:
    """The tree of all parameters, without values."""
    return {name: dict.fromkeys(type(part).model_fields, UNNAMED) for name, part in Mechanisms()}


def with_fixed(tree: dict[Any, Any], deleted: set[str]) -> dict[Any, Any]:
    """The tree without the parameters that have no value, and with the paths of the others in `fixed`.

    deleted: paths that the command line takes back.
    """
    mechanisms = tree.get("mechanisms")
    if not isinstance(mechanisms, dict):
        return tree
    named = {
        name: {key: value for key, value in part.items() if value != UNNAMED} if isinstance(part, dict) else part
        for name, part in mechanisms.items()
        if part != UNNAMED
    }
    paths = {f"mechanisms.{name}.{key}" for name, part in named.items() if isinstance(part, dict) for key in part}
    fixed = tree.get("fixed", ())
    if isinstance(fixed, (list, tuple)) and all(isinstance(path, str) for path in fixed):
        fixed = sorted({*fixed, *paths.intersection(parameter_paths())} - deleted)
    return tree | {"mechanisms": named, "fixed": fixed}


def without_defaults(values: dict[Any, Any], unnamed: dict[Any, Any]) -> dict[Any, Any]:
    """Values of the parameters that the second tree names; the others are missing there."""
    return {
        name: {key: UNNAMED if value == UNNAMED else values[name][key] for key, value in part.items()}
        for name, part in unnamed.items()
        if part != UNNAMED
    }


def named_alone(tree: dict[Any, Any]) -> dict[Any, Any]:
    """A saved configuration, which has every parameter, with those alone that are fixed or differ from their defaults."""
    mechanisms, fixed, standard = tree.get("mechanisms"), tree.get("fixed") or (), Mechanisms().model_dump(mode="json")
    if not isinstance(mechanisms, dict) or not isinstance(fixed, (list, tuple)):
        return tree  # validation names the fault
    unnamed = {path for path in parameter_paths() if path not in fixed}
    named = {
        name: {
            key: value
            for key, value in part.items()
            if f"mechanisms.{name}.{key}" not in unnamed or value != standard[name][key]
        }
        if isinstance(part, dict)
        else part
        for name, part in mechanisms.items()
    }
    return tree | {"mechanisms": named}


def make_exact(tree: dict[Any, Any], keys: list[str]) -> None:
    """Indicators of states on the command line keep their value when indicators are drawn."""
    for key in keys:
        group, _, path = key.partition(".")
        code, *parts = path.split(".")
        state = tree.get("states", {}).get(code) if group == "states" else None
        if isinstance(state, dict) and is_indicator(parts):
            exact(state, parts)
