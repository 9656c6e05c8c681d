"""Keys of the configuration on a command line: names of files and actors as they are called, and which keys there are."""

from hydra.core.override_parser.types import Override

from sim.actor_codes import ActorCodes, AmbiguousActor, kind_below
from sim.config_files import FILES, file_name, names_in
from sim.faults import ConfigError, describe_fault, normal
from sim.overrides import parsed_overrides


def with_file_names(parsed: list[Override], config_dir: str | None) -> list[Override]:
    """The overrides with the names of scenarios and worlds as their files are called."""
    found = []
    for override in parsed:
        group, value = override.key_or_group, override.value()
        if group in FILES and isinstance(value, str) and not override.is_sweep_override():
            name = file_name(group, value, config_dir)
            line = override.input_line.partition("=")[0] + f"={name}"
            override = override if name == value else parsed_overrides([line])[0]
        found.append(override)
    return found


def check_groups(parsed: list[Override], config_dir: str | None) -> None:
    for override in parsed:
        group = override.key_or_group
        value = override.value()
        if group in ("scenario", "world", "experiment") and isinstance(value, str):
            if override.is_add() or override.is_force_add():
                raise ConfigError(describe_fault(f"+{group}", value, f"is chosen with {group}={value}", ()))
            valid = names_in(group, config_dir)
            if value not in valid:
                raise ConfigError(describe_fault(group, value, f"must be one of {', '.join(valid)}", valid))


def with_codes(parsed: list[Override], tree: dict | None) -> list[str]:
    """The overrides with the codes of actors for their names in keys, like states.KAZ for states.Kazakhstan."""
    if tree is None:
        return [override.input_line for override in parsed]
    codes = ActorCodes.of_tree(tree)
    lines = []
    for override in parsed:
        key = override.key_or_group
        try:
            code = codes.path(key)
        except AmbiguousActor as fault:
            raise ConfigError(f"{key}: {fault}") from None
        lines.append(override.input_line.replace(key, code, 1))
    return lines


def check_keys(tree: dict | None, parsed: list[Override]) -> None:
    """Refuse an override of a key that does not exist, and name the nearest one that does."""
    if tree is None:
        return
    for override in parsed:
        if override.is_add() or override.key_or_group in ("scenario", "world"):
            continue
        node, path = tree, []
        for part in override.key_or_group.split("."):
            if not isinstance(node, dict) or part not in node:
                valid = _valid_keys(tree, path, node)
                key = override.key_or_group
                raise ConfigError(
                    describe_fault(key, override.value(), "there is no such key", valid, ".".join([*path, part]))
                )
            path.append(part)
            node = node[part]


def _valid_keys(tree: dict, path: list[str], node) -> tuple[str, ...] | dict[str, str]:
    """The keys at a node by their full path; actors by all their names."""
    names, above = tuple(node) if isinstance(node, dict) else (), ".".join(path)
    if kind_below(path) is None:
        return tuple(".".join([*path, name]) for name in names)
    spellings = ActorCodes.of_tree(tree).spellings(names)
    return {normal(f"{above} {name}"): shown.replace("'", f"'{above}.", 1) for name, shown in spellings.items()}
