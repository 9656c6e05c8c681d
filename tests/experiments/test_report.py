"""The report: one file that needs no network, holds results and assumptions, and escapes its data."""

import base64
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from click.testing import CliRunner

import experiments.report as package
from experiments.cli import main
from experiments.describe.bibliography import bibliography, cited, references
from experiments.describe.inputs import indicators
from experiments.describe.parameters import parameters
from experiments.language import load_sentences
from experiments.report import input_sensitivity, sweep
from experiments.report.sweep import per_replication
from experiments.results.provenance import read_provenance
from experiments.statements import STATEMENTS
from sim.core.streams import world_key
from sim.spec.derived_indicators import complete
from sim.stage.indicators import IndicatorTables

VOID = {"meta", "link", "img", "br", "wbr"}


class Page(HTMLParser):
    """Elements with their attributes, the text, and whether everything that was opened was closed."""

    def __init__(self, path: Path):
        super().__init__()
        self.elements, self.words, self.open = [], [], []
        self.feed(path.read_text(encoding="utf-8"))
        self.text = " ".join("".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        self.words.append("" if tag == "wbr" else " ")
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (tag, self.open)
        self.open.pop()
        self.words.append(" ")

    def handle_data(self, data):
        if not self.open or self.open[-1] not in ("style", "script"):
            self.words.append(data)

    def of(self, tag: str) -> list[dict]:
        """Attributes of every element of a name."""
        return [attributes for name, attributes in self.elements if name == tag]


def write(folder: Path, out: Path):
    """`suasion report`."""
    return CliRunner().invoke(main, ["report", str(folder), f"out={out.as_posix()}"], catch_exceptions=False)


@pytest.fixture(scope="module")
def pages(folders, tmp_path_factory) -> dict[str, Path]:
    """A report on every kind of result."""
    out = tmp_path_factory.mktemp("reports")
    for name, folder in folders.items():
        result = write(folder, out / f"{name}.html")
        assert result.exit_code == 0 and "MB; it opens without a network" in result.stdout, result.output
    return {name: out / f"{name}.html" for name in folders}


KINDS = pytest.mark.parametrize("kind", ["run", "compare", "paired_view", "sweep"])


@KINDS
@pytest.mark.exact
def test_a_page_asks_the_network_for_nothing(pages, kind):
    """No element loads anything but data URIs, the style names no address, no script runs; links to sources are links."""
    page, text = Page(pages[kind]), pages[kind].read_text(encoding="utf-8")
    assert page.open == []
    loads = [
        a[k] for tag, a in page.elements if tag != "a" for k in ("src", "href", "srcset", "data", "poster") if k in a
    ]
    assert loads and [value[:60] for value in loads if not value.startswith("data:")] == []
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL).group(1)
    assert not re.search(r"url\(|@import|https?:", style)
    assert [a.get("type") for a in page.of("script")] == ["text/plain"]  # data that no browser runs
    assert all(a["href"].startswith(("#", "https://doi.org/", "https://arxiv.org/")) for a in page.of("a"))
    assert "default-src 'none'" in str(page.of("meta"))


@KINDS
@pytest.mark.exact
def test_a_page_can_be_read_by_everyone(pages, kind):
    """Language, width, one main heading, headings in order, texts for pictures, scopes in tables, anchors that exist."""
    page = Page(pages[kind])
    (html,) = page.of("html")
    assert html["lang"] == "en" and "width=device-width" in str(page.of("meta"))
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h\d", tag)]
    assert levels.count(1) == 1 and levels[0] == 1 and max(np.diff(levels)) <= 1
    pictures = page.of("img")
    assert bool(pictures) == (kind != "sweep") and all(
        len(a["alt"]) > 40 and a["width"] and a["height"] for a in pictures
    )
    assert all(a.get("scope") in ("row", "col") for a in page.of("th"))
    assert len(page.of("caption")) == len(page.of("table"))
    names = {a["id"] for _, a in page.elements if "id" in a}
    assert {a["href"][1:] for a in page.of("a") if a["href"].startswith("#")} <= names


@KINDS
@pytest.mark.exact
def test_pictures_and_provenance_are_inside(folders, pages, kind):
    """Every figure of the folder is there byte for byte, and the page says how to make the result again."""
    pictures = {base64.b64decode(a["src"].partition(",")[2]) for a in Page(pages[kind]).of("img")}
    assert pictures == {p.read_bytes() for p in folders[kind].glob("figures/*")}
    inside, original = read_provenance(str(pages[kind])), read_provenance(str(folders[kind]))
    assert (inside.manifest, inside.trees) == (original.manifest, original.trees)


@pytest.mark.exact
def test_a_comparison_says_what_it_found(pages):
    """Verdict with interval, the null arm without difference, expectation, assumptions, quality, repetition."""
    text = Page(pages["compare"]).text.replace("\N{NO-BREAK SPACE}", " ")
    for words in (
        "What was asked", "survival up; elite alignment with Russia up", "CSTO intervention, against No outside act",
        "No outside act (2), against No outside act", "no difference in any of 32 paired replications; both arms are one configuration", "500 5000", "rule_legitimacy",
        "Which conclusions rest on approximate indicators", "Examined: 112 indicators", "No run failed.", "No forecast",
        "suasion compare 'scenarios=[csto_intervention,no_outside_act,no_outside_act]'", "replication keys".capitalize(),
        "holds chance, the stated width of uncertain indicators, the posterior of the parameters. ", "drawn from the posterior of historical crises",
    ):  # fmt: skip
        assert words in text, words
    assert re.search(r"Elite alignment, change after 30 days, Russia: higher by 0\.\d+ \[0\.\d+, 0\.\d+\]", text)


@pytest.mark.exact
def test_a_run_carries_no_conclusion(pages):
    """One replication is called one story; approximate inputs are counted and the command that examines them is given."""
    text = Page(pages["run"]).text
    assert "One replication is one story, not a result" in text and "One replication carries no conclusion" in text
    assert "suasion compare 'scenarios=[csto_intervention]' seed=7 days=12 citizens=500 indicators=drawn" in text


@pytest.mark.exact
def test_a_sweep_says_what_was_varied_and_what_failed(folders, tmp_path, rewrite):
    """Axes with values, means by value over replications that count once, points, inert axes, failed runs with their command."""
    folder = shutil.copytree(folders["sweep"], tmp_path / "sweep")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest |= {"failed": 1, "checks": [manifest["checks"][0], manifest["checks"][1] | {"changed": 0}]}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    first = sorted((folder / "runs").iterdir())[0]
    runs = pq.read_table(first)
    errors = pa.array(["RuntimeError: <b>boom</b>"] + [None] * (len(runs) - 1), pa.string())
    rewrite(first, runs.set_column(runs.column_names.index("error"), "error", errors))
    assert write(folder, tmp_path / "page.html").exit_code == 0
    text = Page(tmp_path / "page.html").text.replace("\N{NO-BREAK SPACE}", " ")
    key = runs["key"][0].as_py()
    for words in (
        "4 points, 3 replications each", "scenario.split.depth lever 0.3, 0.9", "everything else, chance included, stayed the same: scenario (6 pairs of runs).",
        "no bit of any outcome moved with it: scenario.split.depth (6 pairs of runs).", "1 of 12 runs failed.", "RuntimeError: <b>boom</b>",
        f"suasion rerun {folder} run={key}", "0: scenario=both, scenario.split.depth=0.3",
    ):  # fmt: skip
        assert words in text, words


@pytest.mark.exact
def test_points_of_a_replication_are_not_counted_as_replications():
    """Two replications at five points each are two values, not ten."""
    replication = np.tile([0, 1], 5)
    values = np.where(replication == 0, 2.0, 4.0) + np.repeat([0.0, 0.1, -0.1, np.nan, 0.0], 2)
    assert per_replication(values, replication) == pytest.approx([2.0, 4.0])
    assert per_replication(np.full(3, np.nan), np.arange(3)).size == 0


@pytest.mark.exact
def test_central_indicators_are_called_unexamined(folders, tmp_path):
    """With indicators at their centre nothing was examined; the report gives the command that does it."""
    from experiments.language import Language
    from experiments.report.comparison import sections
    from experiments.report.result import Result, read_result

    result = read_result(str(folders["compare"]))
    specs = {arm: spec.model_copy(update={"indicators": "central"}) for arm, spec in result.specs.items()}
    (point,) = sections(Result(result.provenance, result.folder, specs), Language()).input_sensitivity
    assert point.text.startswith("Not examined") and point.command.endswith("indicators=drawn")


@pytest.mark.exact
def test_hostile_words_are_escaped(tmp_path):
    """A scenario whose label and text are markup shows them and runs none of them."""
    hostile = "</style><script>alert(1)</script><img src=http://x.example/a onerror=alert(2)>&\"'{{ 7*7 }}"
    folder = tmp_path / "mine" / "scenario"
    folder.mkdir(parents=True)
    scenario = {
        "defaults": ["both", "_self_"],
        "name": "odd",
        "label": hostile,
        "summary": hostile,
        "expected": hostile,
    }
    (folder / "odd.yaml").write_text(yaml.safe_dump(scenario), encoding="utf-8")
    words = ["run", "--config-dir", str(folder.parent), "scenario=odd", "days=5", "citizens=500", "quiet=true"]
    result = CliRunner().invoke(main, [*words, f"out={(tmp_path / 'out').as_posix()}"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert write(tmp_path / "out", tmp_path / "page.html").exit_code == 0
    page = Page(tmp_path / "page.html")
    assert hostile in page.text and page.open == []
    assert len(page.of("script")) == 1 and all(a["src"].startswith("data:") for a in page.of("img"))


@pytest.mark.exact
def test_bad_requests_are_one_message(folders, pages, tmp_path):
    """Not a folder, not a result, a damaged figure, a file that exists, a place that cannot be written, a typo."""
    broken = shutil.copytree(folders["run"], tmp_path / "broken")
    (broken / "figures" / "protest.png").write_bytes(b"\x89PNG not")
    (tmp_path / "empty").mkdir()
    for words, expected in (
        ([tmp_path / "nowhere"], "must be a results folder"),
        ([tmp_path / "empty"], "holds no manifest.json"),
        ([broken], "is a damaged figure"),
        ([folders["run"], f"out={pages['run'].as_posix()}"], "nothing is overwritten"),
        ([folders["run"], f"out={(tmp_path / 'no' / 'such.html').as_posix()}"], "cannot be written"),
        ([folders["run"], "ot=x"], "did you mean 'out'?"),
    ):
        result = CliRunner().invoke(main, ["report", *map(str, words)], catch_exceptions=False)
        assert result.exit_code == 2 and expected in result.stderr, result.output
        assert len(result.stderr.splitlines()) == 1
    assert not list(tmp_path.rglob("*.html"))


@pytest.mark.exact
def test_every_sentence_is_used_and_stands_in_the_catalogue():
    """Keys that code and template name are in the catalogue, and the catalogue holds no others."""
    folder = Path(package.__file__).parent
    code = folder.parent.rglob("*.py")
    source = "".join(p.read_text(encoding="utf-8") for p in [*code, folder / "page.html.jinja"])
    named = set(re.findall(r"""["'(]([a-z]\w*(?:\.\w+)*)["')]""", source))
    stems = set(re.findall(r"""["']([a-z_.]+\.)(?:["']|\{)""", source))  # completed at run time
    keys = load_sentences("en")
    unused = [k for k in keys if k not in named and not any(k.startswith(stem) for stem in stems)]
    assert [k for k in unused if k not in STATEMENTS] == []
    assert [k for k in STATEMENTS if k not in keys] == []
    assert [k for k in re.findall(r"""say\(\s*["']([\w.]*\w)["']""", source) if k not in keys] == []


@pytest.mark.exact
def test_every_reference_resolves_and_ships():
    """The list is read completely; every source of a parameter is an entry with what is known of it."""
    text = references().read_text(encoding="utf-8")
    assert len(bibliography()) == text.count("- **[")
    assert all(bibliography()[key].basis for p in parameters() for key in cited(p.source))


@pytest.mark.exact
def test_indicators_are_drawn_again_as_the_replications_drew_them(load):
    """The draws of chosen indicators equal those of a full draw, for several replications."""
    spec = load("indicators=drawn", "seed=5")
    chosen = [k for k in indicators(spec) if k.width > 0]
    draws = input_sensitivity.drawn_indicators(spec, chosen, 3)
    tables = IndicatorTables(complete(spec))
    for replication in range(3):
        state, tie = tables.draw(world_key(5, replication))
        for one, row_draws in zip(chosen, draws, strict=True):
            row = tables.row
            full = tie[one.name][row[one.partner], row[one.state]] if one.partner else state[one.name][row[one.state]]
            assert row_draws[replication] == full, one.path


@pytest.mark.exact
def test_a_difference_that_rests_on_an_indicator_is_found(load):
    """A difference whose sign is that of an indicator's deviation from its centre leans on that indicator: the sign turns. Shifted far enough it
    survives; without any sign in the lower half it is open."""
    spec = load("indicators=drawn")
    chosen = next(k for k in indicators(spec) if k.path == "KAZ.indicators.rent_ratio")
    (draws,) = input_sensitivity.drawn_indicators(spec, [chosen], 60)
    difference = draws - chosen.indicator.value + 0.02
    (association,) = input_sensitivity.examine(spec, {("arm", "deaths"): difference}, 0.95).associations[
        "arm", "deaths"
    ]
    assert association.indicator == chosen and association.correlation > 0.99
    assert association.verdict(1.0) == "turns" and association.above.side() == 1 and association.below.side() == -1
    (shifted,) = input_sensitivity.examine(spec, {("arm", "deaths"): difference + 5.0}, 0.95).associations[
        "arm", "deaths"
    ]
    assert shifted.verdict(1.0) == "survives" and shifted.verdict(-1.0) == "turns"
    flat = np.where(draws > np.median(draws), difference + 1.0, np.tile([-1.0, 1.0], 30))
    (one_sided,) = input_sensitivity.examine(spec, {("arm", "deaths"): flat}, 0.95).associations["arm", "deaths"]
    assert one_sided.verdict(1.0) == "open"


@pytest.mark.statistical
def test_noise_seldom_leans_on_anything(load):
    """Of 20 differences that are noise, at most 5 lean on something: expected 1 at a rate of 5 %, P(6 or more) = 0.0003."""
    spec, rng = load("indicators=drawn"), np.random.default_rng(3)
    examinations = [input_sensitivity.examine(spec, {("a", "deaths"): rng.normal(size=30)}, 0.95) for _ in range(20)]
    assert sum(bool(one.associations["a", "deaths"]) for one in examinations) <= 5


@pytest.mark.exact
def test_too_few_replications_are_not_examined(load):
    """Below the least number of replications nothing is examined."""
    assert input_sensitivity.examine(load("indicators=drawn"), {("a", "deaths"): np.arange(10.0)}, 0.95) is None


@pytest.mark.exact
def test_a_share_of_replications_in_a_sweep_has_wilsons_interval():
    """28 of 30 replications in office; over two points a replication counts once, with its mean, whose interval stays below one."""
    one = np.array([1.0] * 28 + [0.0] * 2)
    table = pa.table({"replication": list(range(30)), "in_office": one})
    (cell,) = sweep._cells(table, np.ones(30, bool), ["in_office"], 40, str)
    assert cell == "0.933 [0.787, 0.982]"
    both = pa.table({"replication": [*range(30)] * 2, "in_office": np.concatenate([one, one[::-1]])})
    (cell,) = sweep._cells(both, np.ones(60, bool), ["in_office"], 40, str)
    high = float(cell.rstrip("]").split(", ")[1])
    assert 0.933 < high < 1.0
