"""Every statement of reports and terminal summaries is made where its condition holds, and not, or otherwise, where it does not."""

import ast
import copy
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import experiments
from experiments.cli import main
from experiments.compare.console import NOTES
from experiments.language import load_sentences
from experiments.report.result import read_result
from experiments.statements import STATEMENTS, Facts, sentences
from experiments.statements.__main__ import page
from sim.core.wording import changed, confidence_words, minus, number, percent
from sim.metrics import METRICS
from sim.plots import differences_over_time, paired_differences, regrets, style
from sim.plots.differences import HEADER
from sim.records.variables import BY_NAME
from sim.spec.schema import Spec
from tests.outputs import flat

pytestmark = pytest.mark.exact

ROOT = Path(experiments.__file__).parent.parent
CELL = {"mean": 2.0, "low": 1.0, "high": 3.0, "interval": "paired score", "n": 9, "decided": "higher"}
ENTRY = {
    "metric": "deaths", "subject": "A against B: deaths", "arm": "no_outside_act", "mean": 2.0, "low": 1.0, "high": 3.0, "n": 9,
    "share_positive": 0.7, "share_negative": 0.1, "differs_at_most": 0.1, "interval": "paired score",
}  # fmt: skip


def verdicts() -> Iterator[dict]:
    """An entry of `verdicts` for each form of its sentence but that of one configuration, which the folder has."""
    for decided in ("not in this scenario", "not observed"):
        yield ENTRY | {"decided": decided, "n": 0, "interval": "none"}
    yield ENTRY | {"decided": "one replication", "n": 1}
    for decided in ("no difference", "undecided", "higher"):
        yield ENTRY | {"decided": decided, "interval": "none", "arm": "csto_intervention"}
        yield ENTRY | {"decided": decided, "arm": "csto_intervention"}


def objectives() -> Iterator[dict]:
    """An objective for each verdict on regret."""
    for decided in ("preferred", "undecided", "alike", "one replication"):
        verdict = {"leader": "csto_intervention", "decided": decided, "arms": ["csto_intervention"]}
        yield {"label": "Deaths", "unit": "persons", "verdict": verdict | {"differences": {"no_outside_act": CELL}}}
    yield {"label": "Deaths", "unit": "persons", "verdict": None}


def examinations() -> Iterator[dict]:
    """An end of the examination of what conclusions lean on, for each that there is."""
    yield {"state": "central", "approx": 3}
    yield {"state": "undecided"}
    yield {"state": "few", "replications": 3, "fewest": 30}
    done = {"state": "examined", "indicators": 5, "replications": 40, "detectable": "0.4"}
    indicator = {
        "indicator": "gini",
        "quality": "approximate",
        "low": "1",
        "high": "2",
        "correlation": "+0.5",
        "below": "1",
        "above": "2",
    }
    for verdict in ("survives", "turns", "open"):
        lines = [[indicator | {"verdict": f"input_sensitivity.{verdict}"}]]
        yield done | {"sensitive": ["A, deaths higher"], "free": [], "undecided": [], "lines": lines}
    yield done | {"sensitive": [], "free": ["A, deaths higher"], "undecided": ["A, peak"]}


def of_comparisons(base: Facts) -> Iterator[Facts]:
    """A comparison as it is, and with one thing changed at a time."""
    yield base
    for data in (
        *({"verdicts": [entry]} for entry in verdicts()),
        *({"objectives": [objective]} for objective in objectives()),
        *({"examined": examination} for examination in examinations()),
        {"verdicts": []},
        {"host": None},
        {"few_worlds": {"n": 3}},
        {"pairing": {"n": 0, "median": None, "low": None, "high": None}},
        {"pairing": {"n": 2, "median": 0.0, "low": 0.0, "high": 0.0}},
        {"pairing": {"n": 2, "median": 0.1, "low": 0.1, "high": 0.3}},
        {"arms": base.data["arms"] | {f"arm{i}": base.data["arms"]["no_outside_act"] for i in range(3)}},
    ):
        yield replace(base, data=base.data | data)
    for change in (absent, conditional, another_date, nothing_left_out, unmarked):
        data = copy.deepcopy(base.data)
        change(data)
        yield replace(base, data=data)
    for indicators, parameters in (
        ("central", "posterior"),
        ("drawn", "prior"),
        ("drawn", "default"),
        ("drawn", "posterior_centre"),
    ):
        specs = {
            arm: spec.model_copy(update={"indicators": indicators, "parameters": parameters})
            for arm, spec in base.specs.items()
        }
        yield replace(base, data=base.data | {"indicators": indicators, "parameters": parameters}, specs=specs)
    for more in (
        {"worlds": base.manifest["worlds"] | {"horizons": {"csto_intervention": 31, "no_outside_act": 365}}},
        {"worlds": base.manifest["worlds"] | {"replications": [0, 0]}},
        {"parameters": {"config_a": {"fixed": ["mechanisms.clashes.lethality"], "drawn": []}}},
        {"git": "0123+changes", "words": ["compare", "--config-dir", "my"]},
        {"git": "0123", "words": ["compare"]},
    ):
        yield replace(base, manifest=base.manifest | more)


def absent(data: dict) -> None:
    """One arm has no such metric."""
    data["metrics"]["deaths"]["arms"]["no_outside_act"] |= {"n": 0, "reason": "not in this scenario"}


def conditional(data: dict) -> None:
    """A metric that few replications show."""
    data["metrics"]["fall_day"]["conditional"] = True


def another_date(data: dict) -> None:
    """Another day 0."""
    data["arms"]["no_outside_act"]["start"] = "2020-10-05"


def nothing_left_out(data: dict) -> None:
    """No metric is zero or empty."""
    data["metrics"] = {"deaths": data["metrics"]["deaths"]}
    data["verdicts"] = [entry for entry in data["verdicts"] if entry["metric"] == "deaths"]


def unmarked(data: dict) -> None:
    """No interval at all."""
    cells = [c for entry in data["metrics"].values() for part in ("arms", "differences") for c in entry[part].values()]
    for cell in cells:
        cell["interval"] = "none"


def of_sweeps(base: Facts) -> Iterator[Facts]:
    """A sweep as it is, and with one thing changed at a time."""
    yield base
    check = {"path": "scenario.split.depth", "pairs": 2, "changed": 0}
    for more in (
        {"checks": [check]},
        {"checks": [check | {"changed": 1}]},
        {"failed": 2},
        {"missing": 3},
        {"worlds": {"replications": [0, 0]}},
    ):
        yield replace(base, manifest=base.manifest | more)
    yield replace(base, data={"points": 61})
    for indicators in ("central", "drawn"):
        specs = {name: s.model_copy(update={"indicators": indicators}) for name, s in base.specs.items()}
        yield replace(base, specs=specs, parts=())


def of_stages(base: Facts, usual: Spec, vary) -> Iterator[Facts]:
    """A run whose settings or indicators differ from the shipped ones, or whose host is among the patrons."""
    yield base
    yield replace(base, specs={"a": usual})
    for changes in (
        {"citizens": 700},
        {"mechanisms.clashes.enabled": False},
        {"scenario.patrons": ["RUS", "TUR", "KAZ"]},
        {"states.KAZ.indicators.gini": {"value": 30.0, "source": "me"}},
    ):
        yield replace(base, specs={"a": vary(usual, changes)})


def of_paired_views(base: Facts) -> Iterator[Facts]:
    """Two runs of one replication that part, and that do not."""
    event = {"day": 3, "actor": "KAZ", "kind": "request", "target": "CSTO", "size": 0.0, "unit": ""}
    none = {"day": None, "variables": []}
    same = {"day": None, "series": none, "events": {"day": None, "first": [], "second": []}}
    parted = {
        "day": 3,
        "series": {"day": 3, "variables": ["deaths"]},
        "events": {"day": 3, "first": [event], "second": []},
    }
    yield base
    yield replace(base, data=base.data | {"divergence": same, "events": []})
    yield replace(base, data=base.data | {"divergence": parted, "events": [{"day": 3, "first": event, "second": None}]})


def others() -> Iterator[Facts]:
    """Explorations, histories and repetitions, by what their statements read."""
    for method in ("morris", "sobol", "ranks"):
        yield Facts("sensitivity", {}, {"method": method, "outcomes": {}, "combinations": []})
    flat = {"title": "all", "outcomes": {"deaths": {"constant": True, "mean": 3.0}}}
    yield Facts(
        "sensitivity", {}, {"method": "ranks", "outcomes": {"deaths": {"label": "Deaths"}}, "combinations": [flat]}
    )
    discovery = {
        "boxes": [{}, {}],
        "together": {"density": (0.5, 0.4, 0.6), "coverage": (0.3, 0.2, 0.4)},
        "by_world": True,
        "trained": 50,
        "held_out": 60,
        "confidence": 0.95,
        "left_out": 3,
    }
    yield Facts("discover", {}, discovery)
    yield Facts("discover", {}, discovery | {"boxes": [], "by_world": False, "left_out": 0})
    tip = {
        "outcome": {"label": "Deaths"},
        "threshold": 0.5,
        "lines": [{"closed": True}],
        "scenario": "Both",
        "lowest": 0.1,
        "highest": 0.2,
    }
    yield from (Facts("tip", {}, tip | {"found": discovery}) for discovery in (True, False))
    yield from (
        Facts("backtest", {}, {"faults": faults, "never_fitted": hosts, "runs": runs})
        for faults, hosts, runs in (([], [], 100), (["case x: odd"], ["MNG"], 5))
    )
    yield from (
        Facts("backtest", {}, {"seconds": s, "scoring": 9.0, "runs": 5, "lacking": 900, "workers": 2})
        for s in (12.0, 340.0)
    )
    yield Facts("calibrate", {}, {"effective_sample_size": {"all": 90, "KAZ": 30}, "vectors_kept": 9, "seconds": 3})
    same = {"changed": [], "same_configuration": True, "versions": []}
    yield Facts("rerun", {}, same)
    yield Facts(
        "rerun", {}, {"changed": ["runs.parquet"], "same_configuration": False, "versions": ["suasion 1, now 2"]}
    )


@pytest.fixture(scope="module")
def cases(folders, load, vary) -> list[Facts]:
    """Facts of finished folders, each with variations of what statements rest on."""
    results = {kind: read_result(str(folders[kind])).facts for kind in ("run", "compare", "sweep")}
    pair = read_result(str(folders["paired_view"])).facts
    differing = {
        "csto_intervention": {},
        "no_outside_act": {"states.KAZ.indicators.gini": {"value": 31.0, "source": "me"}},
    }
    base = results["compare"]
    several = [
        *of_comparisons(base),
        *of_sweeps(results["sweep"]),
        *of_stages(results["run"], load(), vary),
        *of_paired_views(pair),
        *others(),
    ]
    specs = {arm: vary(base.specs[arm], changes) for arm, changes in differing.items()}
    return [*several, replace(base, specs=specs)]


@pytest.mark.parametrize("key", STATEMENTS)
def test_a_statement_changes_with_its_condition(cases, key):
    """It is made in some case, and not made or otherwise in another; all its values are filled in; its condition is in words."""
    texts_by_case = {tuple(sentences(facts, key)) for facts in cases}
    assert any(texts_by_case), "is made in no case"
    assert len(texts_by_case) > 1, "is the same in every case"
    assert not [text for texts in texts_by_case for text in texts if re.search(r"\{\w+\}|\bnan\b|\bNone\b", text)]
    assert STATEMENTS[key].condition.endswith(".") and set(STATEMENTS[key].places) <= {"terminal", "report"}


def test_a_sentence_is_a_statement_or_speaks_of_the_page():
    """Every complete sentence of the language files stands in the table, but for those about the page itself and parts of others."""
    page_alone = (
        "page.",
        "figures.",
        "sources.",
        "quality.other_states",
        "compare.conditional.pairs",
        "compare.conditional.other",
        "date",
    )
    sentences_ = [
        key for key, text in load_sentences("en").items() if text.endswith(".") and not key.startswith(page_alone)
    ]
    assert [key for key in sentences_ if key not in STATEMENTS] == []


def test_the_page_of_statements_is_that_of_the_table():
    """docs/statements.md is written by the command that it names."""
    assert (ROOT / "docs" / "statements.md").read_text(encoding="utf-8") == page() + "\n"


@pytest.mark.parametrize(
    "indicators, parameters, sources",
    [
        ("drawn", "posterior", "chance, the stated width of uncertain indicators, the posterior of the parameters."),
        ("drawn", "prior", "chance, the stated width of uncertain indicators, the priors of the parameters."),
        (
            "drawn",
            "default",
            "chance, the stated width of uncertain indicators. It does not hold the uncertainty of the parameters",
        ),
        (
            "central",
            "posterior",
            "chance, the posterior of the parameters. It does not hold the uncertainty of the indicators",
        ),
        (
            "central",
            "posterior_centre",
            "chance. It does not hold the uncertainty of the indicators: see indicators=drawn. It does not",
        ),
    ],
)
def test_the_spread_holds_what_was_drawn(indicators, parameters, sources):
    """Chance, indicators and parameters, whatever the combination; what the user fixed is named."""
    manifest = {
        "worlds": {"replications": [0, 9]},
        "parameters": {"config_a": {"fixed": ["mechanisms.clashes.lethality"]}},
    }
    facts = Facts("compare", manifest, {"indicators": indicators, "parameters": parameters})
    keys = ("spread.holds", "spread.without_indicators", "spread.without_parameters", "spread.fixed")
    text = " ".join(sentences(facts, *keys))
    assert sources in text and text.startswith("The spread between replications, and so each interval, holds chance")
    assert ("Fixed by the user, and so not drawn: mechanisms.clashes.lethality." in text) == (
        parameters in ("prior", "posterior")
    )


@pytest.mark.usefixtures("undrawn")
def test_terminal_and_report_say_the_same(tmp_path):
    """Regret, spread and conditional means stand in both, word for word; what is undecided is preferred nowhere."""
    out = tmp_path / "out"
    words = [
        "scenarios=[early_intervention,csto_intervention,turkic_diplomacy]", "objective=[max survived_30d, min deaths]", "runs=12",
        "citizens=500", "days=35", "workers=1", "quiet=true", "full=true", "scenario.split.depth=1.5",
        "mechanisms.defection.base_rents=0.0",
    ]  # fmt: skip
    result = CliRunner().invoke(main, ["compare", *words, f"out={out.as_posix()}"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert CliRunner().invoke(main, ["report", str(out)], catch_exceptions=False).exit_code == 0
    html = (out / "report.html").read_text(encoding="utf-8")
    page_text = html_text(html)
    facts = read_result(str(out)).facts
    both = [
        line
        for key in (*NOTES, *(k for k in STATEMENTS if k.startswith("regret.")))
        if "report" in STATEMENTS[key].places
        for line in sentences(facts, key)
    ]
    assert len(both) > 6
    for line in both:
        assert line in flat(result.stdout) and line in page_text, line
    for objective in facts.data["objectives"]:
        verdict, metric = objective["verdict"], objective["metric"]
        baseline = facts.data["baseline"]
        for arm, difference in facts.data["metrics"][metric]["differences"].items():
            if verdict["leader"] in (arm, baseline) and difference["decided"] == "undecided":
                assert verdict["decided"] == "undecided" and {arm, baseline} <= set(verdict["arms"])
    observed = [entry for entry in facts.data["metrics"].values() if entry["conditional"]]
    assert observed and all(
        entry["words"] in page_text.partition("Observed in some replications only, of 12")[2] for entry in observed
    )


def html_text(html: str) -> str:
    """The words of a page."""
    text = re.sub(r"<(script|style).*?</\1>|<wbr>|</?code>", "", html, flags=re.DOTALL)
    for mark, sign in {
        "&#39;": "'",
        "&#34;": '"',
        "&lt;": "<",
        "&gt;": ">",
        "&amp;": "&",
        "\N{NO-BREAK SPACE}": " ",
    }.items():
        text = text.replace(mark, sign)
    return " ".join(text.replace("`", "").split())


@pytest.mark.parametrize("name", ["compare/console", "explore/console", "history/console", "sweep/console"])
def test_commands_claim_nothing_beside_the_table(name):
    """No text of seven words or more, and no sentence, stands in what prints results; plans, interrupts and a clause on chance are no results."""
    tree = ast.parse((ROOT / "experiments" / f"{name}.py").read_text(encoding="utf-8"))
    owners = [
        n for n in ast.walk(tree) if isinstance(n, (ast.Module, ast.FunctionDef)) and isinstance(n.body[0], ast.Expr)
    ]
    skipped = {id(n.body[0].value) for n in owners}
    for node in owners:
        if node.__class__ is ast.FunctionDef and node.name in (
            "show_plan",
            "_removable",
            "_describe_axis",
        ):
            skipped |= {id(inner) for inner in ast.walk(node)}
    texts = [
        n.value
        for n in ast.walk(tree)
        if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in skipped
    ]
    assert [text for text in texts if len(text.split()) > 6] == []


@pytest.mark.property
@given(st.floats(0.0, 1.0))
def test_percentages_say_none_and_all_only_of_none_and_all(share):
    """'0 %' is nothing and '100 %' everything; any other text is within half a point, near the ends a tenth, of the share."""
    text = percent(share)
    assert (text == "0 %") == (share == 0.0) and (text == "100 %") == (share == 1.0)
    if text[0].isdigit():
        assert abs(float(text.removesuffix(" %")) - 100 * share) <= (0.5 if 0.01 <= share <= 0.99 else 0.05) + 1e-9


@pytest.mark.property
@given(st.floats(-1e7, 1e7))
def test_numbers_round_in_one_way(value):
    """Three significant digits or three decimals; the sign changes nothing else; 999.96 is 1,000 as 1,000.4 is."""
    text = number(value)
    side, digits = text[:1] if text[:1] in "<>" else "", text.lstrip("<>").replace(",", "")
    assert abs(float(digits) - value) <= max(1e-3 if side else 5.001e-4, 0.005 * abs(value) + 1e-9)
    assert (text == "0") == (abs(value) < 1e-12) and bool(side) == (1e-12 <= abs(value) < 5e-4)
    assert number(value, True).lstrip("+") == text and number(999.96) == number(1000.4) == "1,000"


def test_levels_keep_their_digits():
    """A confidence is what the user set."""
    assert [confidence_words(confidence) for confidence in (0.95, 0.9, 0.975, 0.57, 0.999)] == [
        "95 %",
        "90 %",
        "97.5 %",
        "57 %",
        "99.9 %",
    ]


def test_figures_print_numbers_as_the_text_does():
    """Shares beside the marks of the figures of differences and regret are those of the sentences: 0.505 and 0.015 too."""
    shares = (0.505, 0.015, 0.715, 0.0004, 0.9996)
    rows = [
        {"metric": f"m{i}", "unit": "persons", "arm": "A", "colour": "#0072B2", "share_positive": share} | CELL
        for i, share in enumerate(shares)
    ]  # fmt: skip
    texts = {t.get_text() for ax in paired_differences(rows, "R", 0.975).axes for t in ax.texts}
    assert texts == {percent(share) for share in shares} | {HEADER, CELL["decided"]}
    arm = {"mean_regret": 1.0, "mean_regret_low": 0.5, "mean_regret_high": 2.0, "regret_90": 3.0}
    objectives = [
        {
            "n": 9,
            "arms": {"a": arm | {"share_close": share}},
            "tolerance": 0.0,
            "label": "m",
            "direction": "max",
            "unit": "-1 to 1",
        }
        for share in shares
    ]
    figure = regrets(objectives, [("a", "A", "#0072B2")], 0.975, "Least regret")
    assert [t.get_text() for ax in figure.axes for t in ax.texts] == [percent(share) for share in shares]
    assert figure.legends[0].texts[0].get_text() == "mean regret, 97.5 % interval"
    assert {ax.get_xlabel() for ax in figure.axes} == {minus("Regret (points on the scale -1 to 1)")}


def test_a_quantity_has_one_scale():
    """Alignment is measured from -1 to 1, and so are its changes and differences in every metric, sentence and figure."""
    scale = changed(BY_NAME["elite_alignment"].unit)
    assert scale == "points on the scale -1 to 1" == changed(scale)
    assert {m.unit for name, m in METRICS.items() if re.match("(elite|public|gap)_change", name)} == {scale}
    line = {
        "variable": "Alignment of elites", "unit": "-1 to 1", "arm": "A", "style": style.look(0, "#0072B2"), "note": "", "step": False,
        "interval": "", "mean": [0.0, 0.1], "low": [0.0, 0.0], "high": [0.0, 0.2],
    }  # fmt: skip
    line |= {key: np.array(line[key]) for key in ("mean", "low", "high")}
    figure = differences_over_time([line], "T", "n = 3", 0.95)
    assert figure.axes[0].get_title(loc="left") == minus(f"Alignment of elites ({scale})")
