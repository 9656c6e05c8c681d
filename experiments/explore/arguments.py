"""Command lines of the exploring commands: a folder, settings of the command, and words for the sweep."""

from pathlib import Path

from experiments.results.target import is_folder
from sim.core.faults import ConfigError, describe_fault
from sim.core.parameters import Checked
from sim.core.strict_yaml import parse_yaml
from sim.spec.override_words import check_word
from sim.spec.renamed_keys import refuse_path
from sim.spec.validate import Model, validated

FIGURES = "figures"  # the group of settings of figures


def read(words: list[str], model: type[Model]) -> tuple[Model, str | None, list[str]]:
    """Settings of the command, the folder or None, and all other words. Raises ConfigError."""
    folders = [word for word in words if is_folder(word)]
    if len(folders) > 1:
        raise ConfigError(f"{folders[1]}: one folder at a time; settings are written key=value")
    settings, others = {}, []
    for word in words:
        if word in folders:
            continue
        key, equals, text = word.partition("=")
        group, _, name = key.partition(".")
        if key in model.model_fields and equals:
            settings[key] = _value(key, text)
        elif equals and name and group == FIGURES and group in model.model_fields:
            settings[group] = settings.get(group, {}) | {name: _value(key, text)}
        elif equals:
            check_word(word)
            refuse_path(key, text, settings=tuple(model.model_fields))
            others.append(word)
    return validated(model, settings), folders[0] if folders else None, others


def _value(key: str, text: str) -> object:
    check_word(f"{key}={text}")
    try:
        return parse_yaml(text)
    except ValueError:
        raise ConfigError(describe_fault(key, text, "cannot be read; quote text with signs", ())) from None


def refuse(words: list[str], model: type[Checked], why: str) -> None:
    """Refuse words that are no settings. Raises ConfigError."""
    for word in words:
        key, _, text = word.partition("=")
        raise ConfigError(describe_fault(key, text, why, tuple(model.model_fields), key))


def as_list(raw: object) -> object:
    """A list from 'a,b', 'a' or [a, b]."""
    return [part.strip() for part in raw.split(",")] if isinstance(raw, str) else raw


def free_path(folder: Path, name: str) -> Path:
    """The first unused path among name, name_2, name_3 ... in the folder."""
    candidates = (folder / (name if n == 1 else f"{name}_{n}") for n in range(1, 10_000))
    return next(path for path in candidates if not path.exists())
