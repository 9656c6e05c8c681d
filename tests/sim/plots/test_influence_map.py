"""The map of the region: its outlines, who leads where, what is drawn, and the script that makes the outlines."""

import json
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import shapely
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import sim
from experiments.cli import main
from experiments.results.provenance import read_provenance
from sim import plots
from sim.core.caches import configs
from sim.core.faults import ConfigError
from sim.plots.influence_map import MOST, frame_rows, leaders
from sim.plots.outlines import RADIUS, albers, region
from sim.records.variables import SHARES
from sim.spec.schema import english_names
from tools.outlines import collection

FILE = configs() / "region" / "eurasia.geojson"
DAYS = 95


@pytest.fixture(scope="module")
def features() -> dict:
    """Name -> (properties, shape) of every feature in the file."""
    content = json.loads(FILE.read_text(encoding="utf-8"))
    shapes = [shapely.from_geojson(json.dumps(f["geometry"])) for f in content["features"]]
    return {f["properties"]["name"]: (f["properties"], s) for f, s in zip(content["features"], shapes, strict=True)}


@pytest.fixture(scope="module")
def records(load):
    """A run in which flows, and so shares, change."""
    return sim.simulate(load("scenario=turkic_diplomacy", "citizens=500", f"days={DAYS}"))


@pytest.fixture(scope="module")
def names(load) -> dict[str, str]:
    """Code -> name."""
    return english_names(load("scenario=turkic_diplomacy", "citizens=500", f"days={DAYS}"))


def pixels(figure) -> str:
    """Digest of what a figure shows."""
    buffer = BytesIO()
    figure.savefig(buffer, dpi=60)
    return sha256(np.asarray(Image.open(buffer)).tobytes()).hexdigest()


@pytest.mark.exact
def test_outlines_are_valid_and_small(features):
    """Simple rings in the order of the standard, no part twice, one file that a browser can take."""
    assert FILE.stat().st_size < 300_000
    assert [name for name, (_, shape) in features.items() if not shape.is_valid or shape.is_empty] == []
    areas = [shape for _, shape in features.values() if shape.geom_type != "Point"]
    overlap = sum(s.area for s in areas) - shapely.unary_union(areas).area
    assert len(areas) > 60 and overlap < 1e-3 * sum(s.area for s in areas)


@pytest.mark.exact
def test_what_is_disputed_belongs_to_nobody(features):
    """Marked areas are cut out of all outlines, and only an entity that may be on stage has a code."""
    marked = {name: shape for name, (properties, shape) in features.items() if properties.get("marked")}
    assert {"Northern Cyprus", "Crimea", "Abkhazia", "South Ossetia", "Karabakh", "Transnistria", "Donbas"} <= set(
        marked
    )
    others = shapely.unary_union([s for n, (_, s) in features.items() if n not in marked])
    for name, shape in marked.items():
        assert shape.intersection(others).area < 0.02 * shape.area or shape.geom_type == "Point", name
    assert features["Northern Cyprus"][0]["code"] == "NCY" and "code" not in features["Crimea"][0]


@pytest.mark.exact
def test_every_state_on_stage_is_on_the_map_or_has_a_chip(records, names):
    """Each name is written once per map; whose label lies outside the window has no outline in it."""
    figure = plots.influence_map(records, "A scenario", names)
    for ax in figure.axes:
        heads = [text.get_text().split("\n")[0] for text in ax.texts]
        assert sorted(h.removesuffix(" (outside the map)") for h in heads) == sorted(
            names[s] for s in records.names.states
        )
        chips = {h.removesuffix(" (outside the map)") for h in heads if "(outside" in h}
        assert chips == {names[s] for s in records.names.states if not region().shows(s)} == {"United States"}
    assert all(region().of(s) for s in records.names.states if region().shows(s))


@pytest.mark.property
@settings(max_examples=50, derandomize=True)
@given(east=st.floats(10, 110), north=st.floats(18, 70))
def test_the_projection_keeps_areas(east, north):
    """A small cell of degrees has its area on the sphere, and the centre is the origin [Snyder1987]."""
    plane = {"parallels": (33.0, 55.0), "centre": (57.0, 43.0)}
    half = 0.05
    corners = [(east + a * half, north + b * half) for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    flat = shapely.Polygon(albers(corners, **plane)).area
    sphere = RADIUS**2 * np.radians(2 * half) * (np.sin(np.radians(north + half)) - np.sin(np.radians(north - half)))
    assert flat == pytest.approx(sphere, rel=1e-5)
    assert np.allclose(albers((57.0, 43.0), **plane), 0.0, atol=1e-9)


@pytest.mark.exact
def test_leaders_of_hand_made_shares(records):
    """The largest share leads; a tie and no influence at all give no leader; a channel has shares of its own."""
    shares = np.zeros((2, 3, 3, 3))
    shares[:, :, 1, 0] = [[0.2, 0.1, 0.1], [0.1, 0.1, 0.0]]  # economic, military, cultural; before and after
    shares[:, :, 2, 0] = [[0.5, 0.0, 0.1], [0.5, 0.1, 0.2]]
    shares[:, 0, 0, 1] = shares[:, 0, 2, 1] = 0.5  # a tie in state 1, nothing in state 2
    altered = replace(records, series={SHARES.name: shares}, days=30)
    assert leaders(altered).patrons.tolist() == [[2, -1, -1], [2, -1, -1]]
    assert leaders(altered, "economic").shares[0, :, 0] == pytest.approx([0, 2 / 7, 5 / 7])
    military = leaders(altered, "military")
    assert military.patrons.tolist() == [[1, -1, -1], [-1, -1, -1]] and military.changed() == 1


@pytest.mark.exact
def test_monthly_shares_are_those_of_the_daily_record(records):
    """Before the first day, at the end of every month and on the last day, and they do change."""
    assert records.share_days == [0, 30, 60, 90, DAYS]
    host = records.names.states.index(records.host)
    monthly = records[SHARES.name]
    assert np.array_equal(monthly[..., host], records["influence_share"][records.share_days])
    assert not np.array_equal(monthly[0], monthly[-1])
    assert np.allclose(monthly.sum(axis=(1, 2)), 1.0)


@pytest.mark.exact
def test_maps_of_equal_worlds_are_equal(load, records, names):
    """The same world gives the same picture; other indicators, and another channel, give another one."""
    again = sim.simulate(load("scenario=turkic_diplomacy", "citizens=500", f"days={DAYS}"))
    other = sim.simulate(load("scenario=turkic_diplomacy", "citizens=500", f"days={DAYS}", "indicators=drawn"))
    first, second, third = (pixels(plots.influence_map(r, "A scenario", names)) for r in (records, again, other))
    assert first == second != third
    assert pixels(plots.influence_map(records, "A scenario", names, "economic")) != first


@pytest.mark.property
@given(n=st.integers(2, 1300))
def test_an_animation_has_a_bounded_number_of_frames(n):
    """The first and the last recorded day are shown, every frame once, all of a short run."""
    rows = frame_rows(n)
    assert rows[0] == 0 and rows[-1] == n - 1 and len(rows) <= MOST and rows == sorted(set(rows))
    assert n > MOST or rows == list(range(n))


@pytest.mark.exact
def test_a_run_writes_maps_an_animation_and_their_table(tmp_path):
    """Four maps, one frame per month, and the numbers behind them; the animation says how it was made."""
    words = [
        "run",
        "days=40",
        "citizens=500",
        "quiet=true",
        "map=true",
        "animation=true",
        f"out={(tmp_path / 'a').as_posix()}",
    ]
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    figures = tmp_path / "a" / "figures"
    assert {"map", "map_economic", "map_military", "map_cultural"} <= {p.stem for p in figures.glob("*.png")}
    with Image.open(figures / "map.gif") as film:
        assert film.n_frames == 3 and (figures / "map.gif").stat().st_size < 2_000_000
        film.copy().save(tmp_path / "foreign.gif", comment=b"drawn by hand")
    assert read_provenance(str(figures / "map.gif")).trees == read_provenance(str(tmp_path / "a")).trees
    with pytest.raises(ConfigError, match="does not say how it was made"):
        read_provenance(str(tmp_path / "foreign.gif"))
    table = pq.read_table(tmp_path / "a" / "influence.parquet").to_pydict()
    assert set(table["day"]) == {0, 30, 40}
    total = sum(
        share
        for day, state, share in zip(table["day"], table["state"], table["share"], strict=True)
        if (day, state) == (40, "KAZ")
    )
    assert total == pytest.approx(1.0)


@pytest.mark.exact
def test_the_script_keeps_common_borders_and_cuts_out_what_is_disputed():
    """Two neighbours, one with a far part that is disputed, from a topology in whole steps; an unknown country is named."""
    steps = [
        [[4, 0], [0, 4]],
        [[4, 4], [-4, 0], [0, -4], [4, 0]],
        [[4, 4], [4, 0], [0, -4], [-4, 0]],
        [[10, 0], [2, 0], [0, 2], [-2, 0], [0, -2]],
    ]
    west = {"type": "Polygon", "arcs": [[0, 1]], "id": "1", "properties": {"name": "West"}}
    east = {"type": "MultiPolygon", "arcs": [[[2, 0]], [[3]]], "id": "2", "properties": {"name": "East"}}
    topology = {
        "transform": {"scale": [1, 1], "translate": [10, 20]}, "arcs": steps,
        "objects": {"countries": {"geometries": [west, east]}},
    }  # fmt: skip
    plan = {
        "source": "made up", "box": [0, 0, 50, 50], "tolerance": 0.04, "smallest": 0.02, "projection": {}, "window": [], "labels": {},
        "codes": {"1": "WWW", "2": "EEE"}, "blocs": {"BBB": ["EEE"]},
        "marked": {"Isle": {"part_of": "East", "place": [21, 21], "status": "disputed"}, "Spot": {"place": [11, 21], "status": "disputed"}},
    }  # fmt: skip
    result = collection(topology, plan)
    shapes = {f["properties"]["name"]: shapely.from_geojson(json.dumps(f["geometry"])) for f in result["features"]}
    assert shapes["West"].equals(shapely.box(10, 20, 14, 24)) and shapes["East"].equals(shapely.box(14, 20, 18, 24))
    assert shapes["Isle"].equals(shapely.box(20, 20, 22, 22)) and shapes["Spot"].equals(shapely.Point(11, 21))
    assert {f["properties"].get("bloc") for f in result["features"]} == {None, "BBB"}
    with pytest.raises(SystemExit, match="no code for East"):
        collection(topology, plan | {"codes": {"1": "WWW"}})


@pytest.mark.exact
def test_the_page_names_all_that_is_marked(features):
    """docs/map.md lists every disputed entity and territory with its status."""
    page = (Path(__file__).resolve().parents[3] / "docs" / "map.md").read_text(encoding="utf-8")
    assert [
        name
        for name, (properties, _) in features.items()
        if properties.get("marked") and f"| {name} | {properties['marked']} |" not in page
    ] == []
