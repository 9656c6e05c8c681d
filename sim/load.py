"""Overrides -> Spec: the only place that knows Hydra, and the one door at which configuration is checked."""

import re
import unicodedata
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from math import prod
from pathlib import Path

import hydra
import omegaconf
import yaml
from hydra import compose, initialize_config_dir
from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Glob, Override, OverrideType
from hydra.errors import HydraException, OverrideParseException
from omegaconf import OmegaConf
from omegaconf.errors import InterpolationToMissingValueError, OmegaConfBaseException
from pydantic import BaseModel, ValidationError

from sim.actor_codes import IN_PATHS, ActorCodes, AmbiguousActor
from sim.caches import configs, kept
from sim.faults import ConfigError, describe_fault, normal, printable
from sim.fixed_parameters import UNNAMED, make_exact, named_alone, unnamed_parameters, with_fixed, without_defaults
from sim.mechanisms import Mechanisms
from sim.override_functions import MOST_VALUES, functions
from sim.parameters import Checked, is_name
from sim.policies import POLICY_KINDS, Policy
from sim.received import check_folder, check_plain, check_sources, check_tree, parse_yaml, read_text
from sim.resolve import InvalidSpec, check
from sim.schema import Spec

_UNION_MEMBER = re.compile(
    r"^((int|float|str)$|literal\[|function-|dict\[)"
)  # how pydantic names the members of a union

FILES = ("scenario", "world", "state", "organisation")  # groups whose files are found in any case
# of a value: text in quotes, or words with letters beyond ASCII
_PIECE = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^,\[\]{}():'"]*[^\x00-\x7f][^,\[\]{}():'"]*""")


def load(overrides: list[str] | tuple[str, ...] = (), config_dir: str | None = None) -> Spec:
    """Compose and check a configuration.

    overrides: Hydra overrides, like ["scenario=csto_intervention", "seed=3"].
    config_dir: a folder of the user's own YAML, beside the shipped one.
    Raises ConfigError.
    """
    return load_with(overrides, experiment="plain", config_dir=config_dir)[0]


def load_with(
    overrides=(), options: type[BaseModel] | None = None, experiment: str = "run", config_dir: str | None = None
):
    """`load` plus the settings of an experiment: (Spec, options or None). Raises ConfigError."""
    tree = composed(overrides, experiment, config_dir)
    theirs = {k: tree.pop(k) for k in list(tree) if k not in Spec.model_fields}
    codes = ActorCodes.of_tree(tree)
    try:
        codes.check()
    except AmbiguousActor as fault:
        raise ConfigError(f"states, organisations: {fault}") from None
    spec = validated(Spec, tree, codes)
    fitting(spec)
    return spec, None if options is None else validated(options, theirs)


def fitting(spec: Spec) -> None:
    """Check what the parts of a specification make of each other. Raises ConfigError."""
    try:
        check(spec, {name: i for i, name in enumerate(spec.states)})
    except InvalidSpec as fault:
        valid = ActorCodes.of(spec).spellings(fault.valid)
        raise ConfigError(describe_fault(fault.key, fault.value, fault.allowed, valid)) from None


def load_options(overrides, options: type[BaseModel], experiment: str, config_dir: str | None = None):
    """The settings of an experiment alone, where it is they that say what to simulate. Raises ConfigError."""
    tree = composed(overrides, experiment, config_dir)
    return validated(options, {name: value for name, value in tree.items() if name not in Spec.model_fields})


def composed(overrides=(), experiment: str = "run", config_dir: str | None = None) -> dict:
    """The composed tree as plain data, not yet validated. Raises ConfigError."""
    parsed = _with_file_names(_parsed(list(overrides)), config_dir)
    for override in parsed:
        if override.value() == UNNAMED:  # Hydra would take it for nothing said
            raise ConfigError(describe_fault(override.key_or_group, UNNAMED, "is no value", ()))
    parsed = [_as_unnamed(override) for override in parsed]
    overrides = [override.input_line for override in parsed]
    saved = next((o.value() for o in parsed if o.key_or_group == "config"), None)
    with _hydra(config_dir) as extra:
        _check_groups(parsed, config_dir)
        words = [*extra, f"experiment={experiment}"]
        try:
            if saved is not None:
                _store_saved(saved, parsed)
                tree = _compose([*words, *overrides], primary="saved")
                make_exact(tree, [override.key_or_group for override in parsed])
                return with_fixed(tree)
            tree = _around_world(words, parsed, config_dir) or _compose([*words, *overrides])
            make_exact(tree, [override.key_or_group for override in parsed])
            return with_fixed(tree) | {"policies": _policies(tree, config_dir)}
        except (HydraException, OmegaConfBaseException, ValueError) as error:
            tree = _before_keys(words, parsed, config_dir, saved)
            renamed = _with_codes(parsed, tree)
            if renamed != overrides:
                return composed(renamed, experiment, config_dir)
            _check_keys(tree, parsed)
            raise ConfigError(_first_line(error)) from None


def _as_unnamed(override: Override) -> Override:
    """Deleting a parameter, `~mechanisms.contention.threshold`, takes back what files say of it."""
    parameter = override.is_delete() and override.key_or_group.startswith("mechanisms.")
    return _parsed([f"{override.key_or_group}={UNNAMED}"])[0] if parameter else override


def _compose(words: list[str], resolve: bool = True, primary: str = "config") -> dict:
    """The tree as plain data; a parameter that nobody named is missing, see `sim.fixed_parameters`."""
    config = compose(primary, words)
    unnamed = OmegaConf.to_container(config, resolve=False)
    if not resolve:
        return unnamed
    check_tree("configuration", unnamed)
    try:
        return OmegaConf.to_container(config, resolve=True)
    except InterpolationToMissingValueError:  # it reads a parameter that nobody named
        complete = OmegaConf.merge({"mechanisms": Mechanisms().model_dump(mode="json")}, config)
        tree = OmegaConf.to_container(complete, resolve=True)
        return tree | {"mechanisms": without_defaults(tree["mechanisms"], unnamed["mechanisms"])}


def known_keys(experiment: str) -> dict:
    """A tree of every key that a command line may name."""
    tree = composed((), experiment)
    return tree | {"mechanisms": unnamed_parameters()}


def _policies(tree: dict, config_dir: str | None) -> dict:
    """The policies that the scenario names, each from its file, with what the overrides say of it on top."""
    said = tree.get("policies") or {}
    found = dict(said)
    for actor, name in (tree["scenario"].get("policies") or {}).items():
        path = _file("policy", str(name), config_dir)
        if path is None and name not in said:
            valid = names_in("policy", config_dir)
            fault = describe_fault(f"scenario.policies.{actor}", name, f"must be one of {', '.join(valid)}", valid)
            raise ConfigError(fault)
        if path is not None:
            found[name] = OmegaConf.to_container(OmegaConf.merge(OmegaConf.load(path), said.get(name, {})))
    return found


def policies(config_dir: str | None = None) -> dict:
    """Name -> policy, from the files that there are. Raises ConfigError."""
    if config_dir:
        check_sources("--config-dir", Path(config_dir))
    paths = {name: _file("policy", name, config_dir) for name in names_in("policy", config_dir) if is_name(name)}
    trees = {name: OmegaConf.to_container(OmegaConf.load(path)) for name, path in paths.items()}
    return validated(_Policies, {"policies": trees}).policies


class _Policies(Checked):
    policies: dict[str, Policy]


def _file(group: str, name: str, config_dir: str | None) -> Path | None:
    """The file of that name in a config group: the user's own before the shipped one."""
    folders = [Path(config_dir)] if config_dir else []
    paths = (folder / group / f"{name}.yaml" for folder in (*folders, configs()) if is_name(name))
    return next((path for path in paths if path.is_file()), None)


def _store_saved(file: str, parsed: list[Override]) -> None:
    """The resolved configuration of a result as what a command starts from, in the place of world and scenario."""
    for override in parsed:
        if override.key_or_group in ("scenario", "world"):
            allowed = f"cannot be chosen beside config={file}, which holds its world and scenario already"
            raise ConfigError(describe_fault(override.key_or_group, override.value(), allowed, ()))
    path = Path(str(file))
    if path.is_dir():
        check_folder("config", path)
    tree = saved_tree("config", path / "config.yaml" if path.is_dir() else path)
    check_tree("config", tree)
    ties = (tree.get("mechanisms") or {}).get("contention", {}).get("edges")
    if ties and not any(o.key_or_group == "mechanisms.contention.edges" for o in parsed):
        allowed = "is a file outside of the result; name it on the command line to have it read"
        raise ConfigError(describe_fault("mechanisms.contention.edges", ties, allowed, ()))
    defaults = ["schema", {"experiment": "run"}, "_self_"]
    ConfigStore.instance().store(name="saved", node={"defaults": defaults, **named_alone(tree)})


def _around_world(words: list[str], parsed: list[Override], config_dir: str | None) -> dict | None:
    """The tree with its world as composed by an earlier command: nine tenths of the work, and seldom changed.

    None where world and the rest are not separate: only the whole composition knows which of them has the last word.
    """
    rest = [o for o in parsed if o.key_or_group != "world"]
    chosen = [o for o in parsed if o.key_or_group == "world"]
    regroups = any("@" in o.input_line.partition("=")[0] for o in rest)
    if regroups or len(chosen) > 1 or any(o.type is not OverrideType.CHANGE for o in chosen):
        return None
    name = str(chosen[0].value()) if chosen else _usual_world()
    start, extra = _schema_defaults(), words[:-1]
    alone = [*extra, f"world={name}", "~scenario", "~experiment"]
    try:
        world = kept("world", _digest(config_dir, name), lambda: _compose(alone, resolve=False))
        said = {k: v for k, v in world.items() if k not in start or v != start[k]}
        if "${" in str(world) or any(o.key_or_group.partition(".")[0] in said for o in rest):
            return None
        tree = _compose([*words, "~world", *(o.input_line for o in rest)])
    except (HydraException, OmegaConfBaseException):
        return None  # right or wrong, the whole composition says it
    both = [k for k in said if k in tree and tree[k] != start.get(k)]
    if any(start.get(k) for k in both):
        return None
    return tree | said | {k: _over(said[k], tree[k]) for k in both}


def _over(world: dict, scenario: dict) -> dict:
    """What a scenario says of the actors on stage, on top of what the world says: dictionaries merge, all else is replaced."""
    both = {
        k: _over(world[k], v) for k, v in scenario.items() if isinstance(v, dict) and isinstance(world.get(k), dict)
    }
    return world | scenario | both


def saved_tree(key: str, path: Path) -> dict:
    """The resolved configuration that a result keeps, not yet validated. Raises ConfigError in the name of the key."""
    try:
        tree = parse_yaml(read_text(path))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ConfigError(describe_fault(key, path, f"cannot be read ({_first_line(error)})", ())) from None
    if not isinstance(tree, dict) or "scenario" not in tree:
        raise ConfigError(describe_fault(key, path, "is not the configuration of a result", ()))
    return tree


def _usual_world() -> str:
    """The world of the defaults list."""
    listed = OmegaConf.load(configs() / "config.yaml").defaults
    return next(entry.world for entry in listed if "world" in entry)


def _digest(config_dir: str | None, world: str) -> str:
    """Of everything that a composed world depends on: every YAML file, the schema, the libraries."""
    digest = sha256(repr((world, _schema_defaults(), hydra.__version__, omegaconf.__version__)).encode())
    for folder in (configs(), *([Path(config_dir)] if config_dir else [])):
        for path in sorted(folder.rglob("*.yaml")):
            digest.update(repr((str(path.relative_to(folder)), path.read_bytes())).encode())
    return digest.hexdigest()


def _parsed(overrides: list[str]) -> list[Override]:
    for text in overrides:
        key, _, value = text.partition("=")
        check_plain(key, value)
        check_plain("override", key)
    overrides = [_quoted(override) for override in overrides]
    try:
        parsed = OverridesParser(functions()).parse_overrides(overrides)
    except OverrideParseException as error:
        if isinstance(error.__cause__, ConfigError):  # of a function that is ours
            raise error.__cause__ from None
        raise ConfigError(
            f"cannot read the override '{printable(error.override, keep='')}'; write key=value, quote text with spaces or signs"
        ) from None
    for override in parsed:
        if re.match(r"hydra\b", override.key_or_group) or re.match(r"hydra\b", override.package or ""):
            raise ConfigError(describe_fault(override.get_key_element(), override.value(), "there is no such key", ()))
    return parsed


def _quoted(override: str) -> str:
    """The override with quotes about those parts of its value that Hydra's grammar takes only in quotes, like Türkiye.

    Keys take no quotes: there accents go, so that states.Türkiye is states.Turkiye.
    """
    if override.isascii():
        return override
    key, equals, value = override.partition("=")
    key = "".join(c for c in unicodedata.normalize("NFKD", key) if not unicodedata.combining(c))
    return key + equals + _PIECE.sub(_in_quotes, value)


def _in_quotes(piece: re.Match) -> str:
    text = piece[0].strip()
    return piece[0] if text[0] in "'\"" else piece[0].replace(text, f"'{text}'")


@contextmanager
def _hydra(config_dir: str | None):
    """Hydra on the shipped folder and the user's own beside it; yields the overrides that add the latter."""
    ConfigStore.instance().store(name="schema", node=_schema_defaults(), package="_global_")
    GlobalHydra.instance().clear()
    extra = []
    if config_dir is not None:
        folder = Path(config_dir).resolve()
        if not folder.is_dir():
            raise ConfigError(describe_fault("--config-dir", config_dir, "must be a folder", ()))
        check_sources("--config-dir", folder)
        _check_new(folder)
        extra = [f"hydra.searchpath=['file://{folder.as_posix()}']"]
    with initialize_config_dir(str(configs().resolve()), version_base="1.3"):
        yield extra


def _check_new(folder: Path) -> None:
    """Refuse a file that has the name of a shipped one: of the two, Hydra reads the shipped one. Raises ConfigError."""
    for path in sorted(folder.glob("*/*.yaml")):
        name = path.relative_to(folder)
        if (configs() / name).is_file():
            allowed = f"{name.as_posix()} has the name of a shipped file; give it another name"
            raise ConfigError(describe_fault("--config-dir", folder, allowed, ()))


@cache
def _schema_defaults() -> dict:
    """Defaults of the typed tree, so that every parameter is a known key; those of mechanisms are missing, see `sim.fixed_parameters`."""
    from_schema = {name: f.get_default() for name, f in Spec.model_fields.items() if not f.is_required()}
    tree = {k: v.model_dump(mode="json") if isinstance(v, BaseModel) else v for k, v in from_schema.items()}
    return tree | {"fixed": [], "mechanisms": unnamed_parameters()}


def names_in(group: str, config_dir: str | None = None) -> tuple[str, ...]:
    """Names that a config group offers."""
    folders = [configs()] + ([Path(config_dir)] if config_dir else [])
    return tuple(sorted({f.stem for folder in folders for f in (folder / group).glob("*.yaml")}))


def _with_file_names(parsed: list[Override], config_dir: str | None) -> list[Override]:
    """The overrides with the names of scenarios and worlds as their files are called."""
    found = []
    for override in parsed:
        group, value = override.key_or_group, override.value()
        if group in FILES and isinstance(value, str) and not override.is_sweep_override():
            name = file_name(group, value, config_dir)
            line = override.input_line.partition("=")[0] + f"={name}"
            override = override if name == value else _parsed([line])[0]
        found.append(override)
    return found


def file_name(group: str, text: str, config_dir: str | None = None) -> str:
    """The name of the one file of a group that has this name or label, whatever case; else the text itself.

    Raises ConfigError if several files have it.
    """
    names = names_in(group, config_dir)
    if text in names:
        return text
    same = [name for name in names if normal(name) == normal(text)]
    same = same or [name for name in names if normal(_label_in(group, name, config_dir)) == normal(text)]
    if len(same) > 1:
        raise ConfigError(f"{group}: '{text}' names {' and '.join(same)}; write the name of the file")
    return same[0] if same else text


def _label_in(group: str, name: str, config_dir: str | None) -> str:
    """The label that a file of a group gives itself; empty if it gives none."""
    try:
        tree = OmegaConf.load(_file(group, name, config_dir))
        label = tree.get("label") or (tree.get(group) or {}).get("label")
    except (OSError, ValueError, AttributeError, yaml.YAMLError, OmegaConfBaseException):
        return ""  # the file is refused where it is used
    return label if isinstance(label, str) else ""


def _check_groups(parsed: list[Override], config_dir: str | None) -> None:
    for override in parsed:
        group = override.key_or_group
        value = override.value()
        if group in ("scenario", "world", "experiment") and isinstance(value, str):
            if override.is_add() or override.is_force_add():
                raise ConfigError(describe_fault(f"+{group}", value, f"is chosen with {group}={value}", ()))
            valid = names_in(group, config_dir)
            if value not in valid:
                raise ConfigError(describe_fault(group, value, f"must be one of {', '.join(valid)}", valid))


def _before_keys(words: list[str], parsed: list[Override], config_dir: str | None, saved) -> dict | None:
    """The tree with the choices of files alone; None if a file is wrong, and not a key of the overrides."""
    groups = [o for o in parsed if o.key_or_group in ("scenario", "world") and isinstance(o.value(), str)]
    try:
        if saved is not None:
            return _compose(words, resolve=False, primary="saved")
        tree = _around_world(words, groups, config_dir)
        return tree or _compose([*words, *(o.input_line for o in groups)], resolve=False)
    except (HydraException, OmegaConfBaseException):
        return None


def _with_codes(parsed: list[Override], tree: dict | None) -> list[str]:
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


def _check_keys(tree: dict | None, parsed: list[Override]) -> None:
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
    if above not in IN_PATHS:
        return tuple(".".join([*path, name]) for name in names)
    spellings = ActorCodes.of_tree(tree).spellings(names)
    return {normal(f"{above} {name}"): shown.replace("'", f"'{above}.", 1) for name, shown in spellings.items()}


def refuse_others(overrides, allowed: tuple[str, ...], why: str) -> None:
    """Refuse a setting that a command does not read, instead of ignoring it. Raises ConfigError."""
    for override in _parsed(list(overrides)):
        if override.key_or_group.partition(".")[0] not in allowed:
            raise ConfigError(describe_fault(override.key_or_group, override.value(), why, allowed))


def settings(model: type[BaseModel], overrides):
    """`key=value` words of a command that composes no configuration, as a typed model. Raises ConfigError."""
    tree: dict = {}
    for override in _parsed(list(overrides)):
        *path, last = override.key_or_group.split(".")
        node = tree
        for part in path:
            node = node.setdefault(part, {})
            if not isinstance(node, dict):
                raise ConfigError(describe_fault(override.key_or_group, override.value(), "there is no such key", ()))
        node[last] = override.value()
    return validated(model, tree)


def validated(model: type[BaseModel], tree: dict, codes: ActorCodes | None = None):
    """The tree as a typed model, names of actors as their codes. Raises ConfigError with one line per fault."""
    try:
        return model.model_validate(tree, context={"codes": codes})
    except ValidationError as error:
        faults = error.errors()
        named_twice = [
            fault for fault in faults if fault["type"] == "ambiguous_actor"
        ]  # other members of a union complain too
        lines = dict.fromkeys(
            _fault_line(model, fault) for fault in named_twice or faults
        )  # a union says it once per member
        raise ConfigError("\n".join(lines)) from None


def _fault_line(model: type[BaseModel], fault: dict) -> str:
    fault = fault | {"loc": tuple(part for part in fault["loc"] if part not in POLICY_KINDS)}
    loc = tuple(part for part in fault["loc"] if not _UNION_MEMBER.match(str(part)))
    key = ".".join(str(part) for part in loc)
    if fault["type"] == "ambiguous_actor":
        return f"{key}: {fault['msg']}"
    if loc != fault["loc"]:
        _, field = field_at(model, loc)
        return describe_fault(
            key, fault["input"], f"is not allowed: {field.description if field else fault['msg']}", ()
        )
    if fault["type"] == "extra_forbidden":
        valid = tuple(field for field in _siblings(model, fault["loc"]))
        return describe_fault(key, fault["input"], "there is no such key", valid, str(fault["loc"][-1]))
    if fault["type"] == "out_of_range":
        inside = fault["ctx"]
        return describe_fault(f"{key}.{inside['where']}", f"{inside['value']:g}", inside["allowed"], ())
    allowed = fault["msg"][0].lower() + fault["msg"][1:]
    bounds = _bounds(model, fault["loc"])
    return describe_fault(key, fault.get("input"), allowed + (f" (allowed: {bounds})" if bounds else ""), ())


def field_at(model, loc):
    """The model and field at a location of the tree; containers keyed by name are looked through."""
    for i, part in enumerate(loc):
        fields = getattr(model, "model_fields", {})
        if part not in fields:
            return model, None
        field = fields[part]
        if i == len(loc) - 1:
            return model, field
        inner = field.annotation
        while getattr(inner, "__args__", None) and not hasattr(inner, "model_fields"):
            inner = next((a for a in reversed(inner.__args__) if hasattr(a, "model_fields")), inner.__args__[-1])
        if not hasattr(inner, "model_fields"):
            return model, None
        if inner is not field.annotation:  # dict[str, Model]: skip the name
            rest = loc[i + 2 :]
            return field_at(inner, rest) if rest else (inner, None)
        model = inner
    return model, None


def _siblings(model, loc) -> list[str]:
    owner, _ = field_at(model, loc)
    return list(getattr(owner, "model_fields", {}))


def _bounds(model, loc) -> str:
    _, field = field_at(model, loc)
    extra = getattr(field, "json_schema_extra", None) or {}
    return f"{extra['low']} to {extra['high']}, {extra['unit']}" if "low" in extra else ""


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return "; ".join(lines[:2])


def split_axes(overrides, tables: tuple[str, ...] = ()) -> tuple[list[str], dict[str, list | dict], dict[str, dict]]:
    """Split overrides into fixed ones, axes in Hydra's sweep grammar, and tables given as `levers={path:[1,2]}`.

    An axis is a list of values, or {"low":, "high":} where it was written as interval(low,high). Raises ConfigError.
    """
    fixed, axes, given = [], {}, {}
    for override in _parsed(list(overrides)):
        key, value = override.key_or_group, override.value()
        if key in axes:
            raise ConfigError(f"{key}: the axis is given twice")
        if override.is_interval_sweep():
            axes[key] = {"low": value.start, "high": value.end}
        elif isinstance(value, Glob):
            axes[key] = value.filter(list(names_in(key)))
        elif override.is_sweep_override():
            axes[key] = [_parsed([f"{key}={text}"])[0].value() for text in override.sweep_string_iterator()]
        elif key in tables and isinstance(value, dict):
            given[key] = given.get(key, {}) | value
        else:
            fixed.append(override.input_line)
    return fixed, axes, given


def sweeps(overrides: list[str]) -> tuple[list[str], list[list[str]]]:
    """Split overrides into fixed ones and, for each swept key, its single-value overrides in order. Raises ConfigError."""
    fixed, swept = [], []
    for override in _parsed(list(overrides)):
        if override.is_sweep_override():
            swept.append([f"{override.key_or_group}={value}" for value in override.sweep_string_iterator()])
        else:
            fixed.append(override.input_line)
    number = prod(map(len, swept))
    if number > MOST_VALUES:
        raise ConfigError(f"-m: {number:.3g} combinations, at most {MOST_VALUES:,} are run; `suasion sweep` takes more")
    return fixed, swept
