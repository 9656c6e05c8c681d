"""Loading: overrides become a checked specification. Every configuration enters here."""

from collections.abc import Callable, Sequence
from typing import overload

from pydantic import BaseModel

from sim.actors.actor_codes import ActorCodes, AmbiguousActor, metric_spellings
from sim.core.faults import ConfigError, InvalidSpec, describe_fault
from sim.spec.completed import completed
from sim.spec.compose import composed
from sim.spec.config_files import case_ids, names_in
from sim.spec.fault_places import naming_files
from sim.spec.schema import Spec
from sim.spec.validate import Model, validated


def load(overrides: list[str] | tuple[str, ...] = (), config_dir: str | None = None) -> Spec:
    """Compose and check a configuration.

    Parameters
    ----------
    overrides : sequence of str, optional
        Overrides in Hydra's grammar, like ["scenario=csto_intervention", "seed=3"].
    config_dir : str, optional
        A folder of the user's YAML files, beside the shipped one.

    Returns
    -------
    Spec
        The complete configuration, typed and frozen.

    Raises
    ------
    ConfigError
        If a key, a value or a file is wrong: one line per fault.

    Examples
    --------
    >>> import sim
    >>> sim.load(["scenario=csto_intervention", "days=30"]).days
    30
    """
    return load_with(overrides, experiment="plain", config_dir=config_dir)[0]


@overload
def load_with(
    overrides: Sequence[str] = (), options: None = None, experiment: str = "run", config_dir: str | None = None
) -> tuple[Spec, None]: ...
@overload
def load_with(
    overrides: Sequence[str], options: type[Model], experiment: str = "run", config_dir: str | None = None
) -> tuple[Spec, Model]: ...
def load_with(
    overrides: Sequence[str] = (),
    options: type[BaseModel] | None = None,
    experiment: str = "run",
    config_dir: str | None = None,
) -> tuple[Spec, BaseModel | None]:
    """`load` plus the settings of an experiment: (Spec, options or None). Raises ConfigError."""
    with naming_files(overrides, config_dir):
        tree = composed(overrides, experiment, config_dir)
        settings = {k: tree.pop(k) for k in list(tree) if k not in Spec.model_fields}
        codes = ActorCodes.of_tree(tree)
        try:
            codes.check()
        except AmbiguousActor as fault:
            raise ConfigError(f"states, organisations: {fault}") from None
        spec = validated(Spec, tree, codes)
        fitting(spec)
        # a result may come from a machine with other files
        if not any(word.startswith("config=") for word in overrides):
            _check_files(spec, config_dir)
        return spec, None if options is None else validated(options, settings)


def fitting(spec: Spec, check: Callable[[Spec], object] = completed) -> None:
    """Check that the parts of a specification fit together, all of them or by one check. Raises ConfigError."""
    try:
        check(spec)
    except InvalidSpec as fault:
        metrics = [name for name in fault.valid if ":" in name]
        valid = ActorCodes.of(spec).spellings(fault.valid) | metric_spellings(metrics)
        raise ConfigError(describe_fault(fault.key, fault.value, fault.allowed, valid)) from None


def _check_files(spec: Spec, config_dir: str | None) -> None:
    """Check that the crisis of a scenario and the baselines of its signs have files. Raises ConfigError."""
    scenario = spec.scenario
    if scenario.crisis and scenario.crisis not in case_ids():
        raise ConfigError(describe_fault("scenario.crisis", scenario.crisis, "must be the id of a case", case_ids()))
    scenarios = names_in("scenario", config_dir)
    for i, sign in enumerate(scenario.signs):
        if sign.against not in scenarios:
            key = f"scenario.signs.{i}.against"
            raise ConfigError(describe_fault(key, sign.against, "must be a scenario", scenarios))


def load_options(
    overrides: Sequence[str], options: type[Model], experiment: str, config_dir: str | None = None
) -> Model:
    """The settings of an experiment alone, if they name the simulations. Raises ConfigError."""
    with naming_files(overrides, config_dir):
        tree = composed(overrides, experiment, config_dir)
    return validated(options, {name: value for name, value in tree.items() if name not in Spec.model_fields})
