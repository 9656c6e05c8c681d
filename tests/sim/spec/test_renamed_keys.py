"""What is written in the names of 0.1.0 is refused with its new name: keys, values, files, axes, saved results."""

import json
import shutil
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

import sim
from experiments.cli import main
from experiments.results.provenance import MARK, pack
from sim.core.faults import ConfigError
from sim.mechanisms import Mechanisms
from sim.spec.renamed_keys import KEYS, SETTINGS, VALUES
from sim.spec.schema import Spec
from sim.spec.schema.scenario import Facts
from sim.spec.validate import field_at

pytestmark = pytest.mark.exact


def refused(*words: object) -> str:
    """The one message with which the command line refuses these words."""
    result = CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)
    assert result.exit_code == 2, result.output
    (line,) = [line for line in result.output.splitlines() if line.startswith("error: ")]
    return line.removeprefix("error: ")


OVERRIDES = {
    "figures=drawn": "figures=drawn is now indicators=drawn",
    "parameters=reference": "parameters=reference is now parameters=default",
    "world=eurasia_2022": "world=eurasia_2022 is now stage=eurasia_2022",
    "hosts.weight_force=0": "hosts.weight_force=0 is now host_rules.weight_force=0",
    "states.kz.figures.polyarchy=0.3": "states.kz.figures.polyarchy=0.3 is now states.kz.indicators.polyarchy=0.3",
    "states.KAZ={figures: {polyarchy: 0.3}}": "states.KAZ.figures is now states.KAZ.indicators",
    "scenario.case=blr-2020": "scenario.case=blr-2020 is now scenario.crisis=blr-2020",
    "scenario.facts.shock=1": "scenario.facts.shock=1 is now scenario.facts.event_size=1",
    "scenario.shocks.fuel_price.size=0.2": "scenario.shocks.fuel_price.size=0.2 is now scenario.events.fuel_price.size=0.2",
    "+scenario.shocks.war={kind: war, state: TUR}": "+scenario.shocks.war is now +scenario.events.war",
    "~scenario.shocks.fuel_price": "~scenario.shocks.fuel_price is now ~scenario.events.fuel_price",
    "mechanisms.shocks.first_days=0": "mechanisms.shocks.first_days=0 is now mechanisms.events.first_days=0",
    "mechanisms.measures.first_arms=1": "mechanisms.measures.first_arms=1 is now mechanisms.instruments.first_arms=1",
    "mechanisms.logistics.participation_bias=0": "mechanisms.logistics.participation_bias=0 is now mechanisms.integration.participation_bias=0",
    "fixed=[mechanisms.shocks.first_days]": "mechanisms.shocks.first_days is now mechanisms.events.first_days",
    "policies.abstain={rules: [{use: aid, level: 1}]}": "policies.abstain.rules.0.level is now policies.abstain.rules.0.intensity",
}


@pytest.mark.parametrize("override", OVERRIDES)
def test_an_old_key_of_the_model_is_refused_with_its_new_name(override):
    """On the command line of a run and in Python alike."""
    assert refused("run", override) == OVERRIDES[override]
    with pytest.raises(ConfigError, match="is now"):
        sim.load([override])


SETTINGS_OF = {
    ("compare", "reference=both"): "reference=both is now baseline=both",
    ("compare", "level=0.9"): "level=0.9 is now confidence=0.9",
    ("compare", "view=twin"): "view=twin is now view=paired",
    ("sensitivity", "my_sweep", "level=0.9"): "level=0.9 is now confidence=0.9",
    ("discover", "my_sweep", "where=deaths > 1", "level=0.9"): "level=0.9 is now confidence=0.9",
    ("tip", "outcome=deaths", "level=0.5"): "level=0.5 is now threshold=0.5",
    ("sweep", "scenario=both", "levels=4"): "levels=4 is now n_levels=4",
    ("calibrate", "stages=[10,10]"): "stages is now rounds",
    ("backtest", "parameters=reference"): "parameters=reference is now parameters=default",
}


@pytest.mark.parametrize("words", SETTINGS_OF)
def test_an_old_setting_of_a_command_is_refused_with_its_new_name(words):
    """`level` was the confidence of intervals in some commands and the threshold of an outcome in another."""
    assert refused(*words) == SETTINGS_OF[words]


AXES = {
    "figures=drawn,central": "figures is now indicators",
    "world=a,b": "world is now stage",
    "parameters=reference,posterior": "parameters=reference is now parameters=default",
    "mechanisms.measures.first_arms=interval(1,2)": "mechanisms.measures.first_arms is now mechanisms.instruments.first_arms",
    "levers={scenario.shocks.fuel_price.size: [0.1, 0.2]}": "scenario.shocks.fuel_price.size is now scenario.events.fuel_price.size",
    "uncertainties={hosts.weight_force: prior}": "hosts.weight_force=prior is now host_rules.weight_force=prior",
}


@pytest.mark.parametrize("axis", AXES)
def test_an_old_axis_of_a_sweep_is_refused_with_its_new_name(axis):
    """On the command line and in the tables of axes."""
    assert refused("sweep", axis, "plan=true") == AXES[axis]


def test_an_old_column_of_a_file_of_cases_is_refused(tmp_path):
    """CSV and YAML."""
    (tmp_path / "a.csv").write_text("name,figures\none,drawn\n", encoding="utf-8")
    (tmp_path / "a.yaml").write_text("one: {mechanisms.shocks.first_days: 0.1}\n", encoding="utf-8")
    line = refused("sweep", f"cases={(tmp_path / 'a.csv').as_posix()}")
    assert line.endswith("a.csv:2: figures=drawn is now indicators=drawn")
    line = refused("sweep", f"cases={(tmp_path / 'a.yaml').as_posix()}")
    assert line.endswith("a.yaml:1: mechanisms.shocks.first_days=0.1 is now mechanisms.events.first_days=0.1")


SCENARIO = "name: mine\nlabel: Mine\nsummary: Mine\nhost: KAZ\npatrons: [RUS]\nstart_date: 2022-01-02\ndirectives: {}\n"
FILES = {
    "scenario with shocks": ("scenario/mine.yaml", f"{SCENARIO}shocks: {{}}\n", "scenario.shocks is now scenario.events"),
    "states in a scenario": (
        "scenario/mine.yaml",
        f"# @package _global_\nstates: {{KAZ: {{figures: {{polyarchy: 0.3}}}}}}\nscenario: {{{SCENARIO.replace(chr(10), ', ')} events: {{}}}}\n",
        "states.KAZ.figures is now states.KAZ.indicators",
    ),
    "setting in a scenario": (
        "scenario/mine.yaml",
        f"# @package _global_\nfigures: drawn\nscenario: {{{SCENARIO.replace(chr(10), ', ')} events: {{}}}}\n",
        "figures is now indicators",
    ),
    "policy with a level": (
        "policy/patient.yaml",
        "kind: doctrine\nlabel: {en: Patient}\nrules: [{use: aid, level: 0.5}]\n",
        "policies.patient.rules.0.level is now policies.patient.rules.0.intensity",
    ),
    "folder of worlds": ("world/mine.yaml", "# @package _global_\ndefaults: [eurasia_2022, _self_]\n", "world is now stage"),
    "world in a defaults list": (
        "scenario/mine.yaml",
        "# @package _global_\ndefaults: [{override /world: eurasia_2022}, _self_]\n",
        "world is now stage",
    ),
    "sources of a stage": (
        "stage/mine.yaml",
        "# @package _global_\ndefaults: [{/sources@sources: figures}, _self_]\n",
        "sources/figures is now sources/indicators",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_an_old_key_in_a_users_file_is_refused_with_its_new_name(name, tmp_path):
    """Scenario, stage, policy, and the name of a folder."""
    file, text, message = FILES[name]
    (tmp_path / file).parent.mkdir()
    (tmp_path / file).write_text(text, encoding="utf-8")
    words = {"scenario": ["scenario=mine"], "policy": ["+scenario.policies.TUR=patient"], "stage": ["stage=mine"]}
    line = refused("run", *words.get(file.partition("/")[0], []), "--config-dir", tmp_path)
    assert line.endswith(message), line


def as_of_old(tree: dict) -> dict:
    """A saved configuration as 0.1.0 wrote it."""
    tree = json.loads(json.dumps(tree, default=str))
    for state in tree["states"].values():
        state["figures"] = state.pop("indicators")
    tree["scenario"]["shocks"] = tree["scenario"].pop("events")
    tree["mechanisms"]["shocks"] = tree["mechanisms"].pop("events")
    tree["mechanisms"]["measures"] = tree["mechanisms"].pop("instruments")
    return {"figures": tree.pop("indicators"), "hosts": tree.pop("host_rules")} | tree


@pytest.fixture
def old(folders, tmp_path):
    """`old("run")`: a results folder as 0.1.0 left it."""

    def made(name: str) -> Path:
        folder = shutil.copytree(folders[name], tmp_path / name)
        for path in folder.glob("config*.yaml"):
            tree = as_of_old(yaml.safe_load(path.read_text(encoding="utf-8")))
            path.write_text(yaml.safe_dump(tree, sort_keys=False), encoding="utf-8")
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        (folder / "manifest.json").write_text(json.dumps(manifest | {"suasion": "0.1.0"}), encoding="utf-8")
        return folder

    return made


@pytest.mark.parametrize("name", ["run", "compare", "paired_view", "sweep"])
@pytest.mark.parametrize("command", ["rerun", "report"])
def test_a_result_of_an_earlier_version_is_refused_by_name(old, name, command):
    """One message that names its version and where the names stand."""
    line = refused(command, old(name))
    assert "was made by suasion 0.1.0, and keys have other names in 0.2.0 (CHANGELOG.md lists them)" in line


def test_a_configuration_of_an_earlier_version_is_refused_by_name(old, tmp_path):
    """`config=` takes a folder or a file; a file alone does not say its version."""
    folder = old("run")
    for file in (folder, folder / "config.yaml"):
        assert "was made by suasion 0.1.0, and" in refused("run", f"config={file.as_posix()}")
    alone = shutil.copy(folder / "config.yaml", tmp_path / "alone.yaml")
    assert "was made by suasion 0.1.0 or earlier, and" in refused("run", f"config={Path(alone).as_posix()}")


def test_a_sweep_of_an_earlier_version_is_not_taken_up(old):
    """Neither to go on nor for its plan."""
    words = ["scenario=both,no_outside_act", "scenario.split.depth=0.3,0.9", "days=9", "replications=3", "citizens=500"]
    folder = old("sweep")
    for more in ([], ["plan=true"], ["resume_changed=true"]):
        line = refused("sweep", *words, "engine.name=serial", f"out={folder.as_posix()}", *more)
        assert "was made by suasion 0.1.0, and" in line


def test_a_report_of_an_earlier_version_is_refused_by_name(old, tmp_path):
    """Figures and reports carry their configuration."""
    folder = old("run")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    text = pack(manifest, {"config": yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))})
    page = tmp_path / "report.html"
    page.write_text(f'<html><script type="text/plain" id="{MARK}">{text}</script></html>', encoding="utf-8")
    assert "was made by suasion 0.1.0, and" in refused("rerun", page)


def test_the_table_names_keys_of_today():
    """Every new name exists and no old one does, so that nothing that is right is refused."""
    for old_key, new in KEYS.items():
        path = [part for part in old_key.split(".") if part != "*"]
        if path[0] in ("world", "policies"):
            continue  # a group of files, and a union of kinds
        if path[:2] == ["scenario", "facts"]:
            assert new in Facts.model_fields and path[2] not in Facts.model_fields
            continue
        path = ["states", "KAZ", *path[1:]] if path[0] == "states" else path
        if "." in new:  # a parameter that moved to another mechanism
            for there, (_, name, parameter) in ((True, new.split(".")), (False, path)):
                assert (parameter in Mechanisms.model_fields[name].annotation.model_fields) == there, new
            continue
        if path[0] == "mechanisms":
            assert new in Mechanisms.model_fields and path[1] not in Mechanisms.model_fields
            continue
        assert field_at(Spec, (*path[:-1], new))[1] is not None, new
        assert field_at(Spec, tuple(path))[1] is None, old_key
    assert set(VALUES) == {"parameters", "view"} and set(SETTINGS) == {"reference", "level", "levels", "stages"}
