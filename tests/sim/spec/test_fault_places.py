"""A wrong value in a file of the user is named with file and line, key, value, what is allowed and the nearest name."""

import pytest

import sim
from experiments.history.cases.cases import load_cases
from experiments.sweep.plan import read_plan
from sim.core.caches import configs
from sim.core.faults import ConfigError
from sim.spec.config_files import policy

pytestmark = pytest.mark.exact

FILES = {
    "scenario/late.yaml": "defaults: [csto_intervention, _self_]\nname: late\nlabel: Late\nsplit:\n  depth: 7.5\n",
    "scenario/later.yaml": "defaults: [late, _self_]\nname: later\nlabel: Later\n",
    "scenario/typo.yaml": "defaults: [csto_intervention, _self_]\nname: typo\nlabel: T\nsummry: oops\nsplit: {depht: 0.4}\n",
    "scenario/host.yaml": "defaults: [csto_intervention, _self_]\nname: host\nlabel: H\nhost: KZA\n",
    "scenario/patrons.yaml": "defaults: [csto_intervention, _self_]\nname: p\nlabel: P\npatrons:\n- RUS\n- TRU\n",
    "scenario/follows.yaml": "defaults: [csto_intervention, _self_]\nname: f\nlabel: F\npolicies: {TUR: balancng}\n",
    "scenario/strict.yaml": "defaults: [csto_intervention, _self_]\nname: s\nlabel: S\npolicies: {TUR: bad}\n",
    "policy/bad.yaml": "kind: doctrine\nlabel: {en: Bad}\nsummary: x\nrules:\n  - {use: call, when: {crisis: maybe}}\n",
    "state/MNG.yaml": "name: {en: Mongolia}\ndraw_key: 200\nhome_language: mn\nborders: [CHN, RUS]\nindicators:\n  population_m: 3\n",
    "stage/mine.yaml": "# @package _global_\ndefaults:\n  - eurasia_2022\n  - /state@states.MNG: MNG\n  - _self_\n"
    "instruments:\n  gift: {label: {en: Gift}, layer: publik, lag: [30, 90], reversal: ends}\n",
    "scenario/tabs.yaml": "defaults: [csto_intervention, _self_]\nname:\ttabs\nlabel: T\t\nsplit: {\n\tdepth:\t7.5}\n",
    "scenario/broken.yaml": "label: [\n",
}  # fmt: skip
FAULTS = [
    (["scenario=late"], "scenario/late.yaml:5: scenario.split.depth=7.5: ", "(allowed: 0.0 to 1.5, 1)"),
    (["scenario=later"], "scenario/late.yaml:5: scenario.split.depth=7.5: ", "less than or equal to 1.5"),
    (["scenario=tabs"], "scenario/tabs.yaml:5: scenario.split.depth=7.5: ", "(allowed: 0.0 to 1.5, 1)"),
    (["scenario=typo"], "scenario/typo.yaml:5: scenario.split.depht=0.4: ", "did you mean 'depth'?"),
    (["scenario=typo"], "scenario/typo.yaml:4: scenario.summry=oops: ", "did you mean 'summary'?"),
    (["scenario=host"], "scenario/host.yaml:4: scenario.host=KZA: ", "did you mean 'KAZ'?"),
    (["scenario=patrons"], "scenario/patrons.yaml:6: scenario.patrons.1=TRU: ", "did you mean 'TUR'?"),
    (["scenario=follows"], "scenario/follows.yaml:4: scenario.policies.TUR=balancng: ", "did you mean 'balancing'?"),
    (["scenario=strict"], "policy/bad.yaml:5: policies.bad.rules.0.when.crisis=maybe: ", "boolean"),
    (["stage=mine"], "state/MNG.yaml:5: states.MNG.indicators.polyarchy: ", "is missing"),
    (["stage=mine"], "stage/mine.yaml:7: instruments.gift.layer=publik: ", "'regime', 'elites' or 'public'"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder of the user with many faults, one of which is a broken file that nothing uses."""
    place = tmp_path_factory.mktemp("mine")
    for name, text in FILES.items():
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text(text, encoding="utf-8")
    return place


@pytest.mark.parametrize(("words", "place", "advice"), FAULTS, ids=range(len(FAULTS)))
def test_a_fault_names_file_and_line(folder, words, place, advice):
    """The line begins as those of compilers do, and one broken file stops nothing else."""
    with pytest.raises(ConfigError) as fault:
        sim.load(words, config_dir=str(folder))
    (line,) = [line for line in str(fault.value).splitlines() if place in line]
    assert line.startswith(f"{folder.as_posix()}/{place}") and advice in line


def test_a_typed_value_names_no_file(folder):
    """The command line goes before the file, so the fault is the typed value's."""
    with pytest.raises(ConfigError) as fault:
        sim.load(["scenario=late", "scenario.split.depth=9"], config_dir=str(folder))
    assert str(fault.value).startswith("scenario.split.depth=9: ")
    with pytest.raises(ConfigError) as fault:
        sim.load(["scenario=late", "scenario.split.depth=0.5", "days=-1"], config_dir=str(folder))
    assert str(fault.value).startswith("days=-1: ")


def test_a_policy_alone_names_its_file(folder):
    """As `describe` and `list` read it."""
    with pytest.raises(ConfigError, match=r"bad\.yaml:5: policies\.bad\.rules\.0\.when\.crisis=maybe: "):
        policy("bad", str(folder))


def test_a_saved_configuration_names_file_and_line(tmp_path):
    """`config=FILE` that somebody edited."""
    from experiments.results.writing import write_config

    write_config(tmp_path / "config.yaml", sim.load())
    text = (tmp_path / "config.yaml").read_text(encoding="utf-8").replace("days: 365", "days: -3")
    (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
    number = text.splitlines().index("days: -3") + 1
    with pytest.raises(ConfigError, match=rf"config\.yaml:{number}: days=-3: "):
        sim.load([f"config={(tmp_path / 'config.yaml').as_posix()}"])


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        (
            "a.yaml",
            "a: {scenario.split.depth: 0.2}\nb:\n  scenario.split.depth: 14\n",
            "a.yaml:3: scenario.split.depth=14: ",
        ),
        (
            "b.yaml",
            "a: {scenario.split.depth: 0.2}\nb: {scenario.split.depht: 0.3}\n",
            "b.yaml:2: scenario.split.depht=0.3: ",
        ),
        ("c.csv", "name,scenario.split.depth\n\na,0.2\nb,14\n", "c.csv:4: scenario.split.depth=14: "),
        ("d.csv", "name,scenario.host\na,KAZ\nb,KZA\n", "d.csv:3: scenario.host=KZA: "),
    ],
)
def test_a_table_of_cases_names_file_and_line(tmp_path, name, text, place):
    """Of the case whose value is wrong."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    words = ["scenario=csto_intervention", "design=cases", f"cases={(tmp_path / name).as_posix()}", "replications=1"]
    with pytest.raises(ConfigError) as fault:
        read_plan(words, None)
    assert str(fault.value).startswith(f"{tmp_path.as_posix()}/{place}")


def test_a_historical_case_names_file_and_line(tmp_path):
    """A wrong value, a wrong field and a missing field, each with its line; the other cases stay."""
    lines = (configs() / "case" / "crises.yaml").read_text(encoding="utf-8").splitlines()
    kind = next(i for i, line in enumerate(lines) if line.lstrip("- ").startswith("kind: "))
    host = next(i for i, line in enumerate(lines) if i > kind and line.lstrip("- ").startswith("host: "))
    lines[kind] = lines[kind].partition("kind:")[0] + "kind: domestc"
    lines[host] = lines[host].replace("host:", "hots:")
    path = tmp_path / "mine.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    cases, faults = load_cases(path)
    text = "\n".join(faults)
    assert f"mine.yaml:{kind + 1}: " in text and "did you mean 'domestic'?" in text
    assert f"mine.yaml:{host + 1}: " in text and "this field is needed" in text
    assert len(cases) > 50 and all(fault.startswith(str(path)) for fault in faults)
