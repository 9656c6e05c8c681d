"""Outlines of the region from Natural Earth: `npm pack world-atlas@2.0.2`, then `python -m tools.outlines ARCHIVE`.

Reads the archive and `outlines.yaml`, writes `configs/region/eurasia.geojson` (degrees east and north [RFC7946]). Arcs are
simplified before they are joined, so neighbours keep a common border.
"""

import json
import sys
import tarfile
from pathlib import Path

import numpy as np
import yaml
from shapely import LineString, MultiPolygon, Point, Polygon, box, make_valid, set_precision, to_geojson, unary_union
from shapely.geometry.base import BaseGeometry
from shapely.ops import polylabel

HERE = Path(__file__).parent
TARGET = HERE.parent / "configs" / "region" / "eurasia.geojson"
DECIMALS = 2  # of a degree
AREAS = ("Polygon", "MultiPolygon")


def main(archive: str) -> None:
    """Read the archive, write the outlines."""
    plan = yaml.safe_load((HERE / "outlines.yaml").read_text(encoding="utf-8"))
    with tarfile.open(archive) as packed:
        topology = json.load(packed.extractfile(plan["member"]))
    TARGET.parent.mkdir(exist_ok=True)
    text = json.dumps(collection(topology, plan), ensure_ascii=False, separators=(",", ":"))
    TARGET.write_text(text.replace('{"type":"Feature"', '\n{"type":"Feature"') + "\n", encoding="utf-8")


def collection(topology: dict, plan: dict) -> dict:
    """The GeoJSON of all outlines in the box, with the plan's labels and marks."""
    arcs = decode_arcs(topology, plan["tolerance"])
    countries = topology["objects"]["countries"]["geometries"]
    codes = {g["properties"]["name"]: plan["codes"].get(g.get("id", g["properties"]["name"])) for g in countries}
    shapes = {g["properties"]["name"]: clip(outline(g, arcs), plan) for g in countries}
    shapes = {name: shape for name, shape in shapes.items() if not shape.is_empty}
    if unknown := [name for name in shapes if codes[name] is None]:
        raise SystemExit(f"outlines.yaml has no code for {', '.join(unknown)}")
    marks = {name: take_mark(mark, shapes) for name, mark in plan["marked"].items()}
    blocs = {code: bloc for bloc, members in plan["blocs"].items() for code in members}
    return {
        "type": "FeatureCollection",
        "source": plan["source"],
        "projection": plan["projection"],
        "window": plan["window"],
        "labels": {codes[n]: middle(s) for n, s in shapes.items() if codes[n]} | plan["labels"],
        "features": [feature(s, name=n, code=codes[n], bloc=blocs.get(codes[n])) for n, s in shapes.items()]
        + [
            feature(
                shape,
                name=name,
                code=codes.get(plan["marked"][name].get("outline")),
                marked=plan["marked"][name]["status"],
            )
            for name, shape in marks.items()
        ],
    }


def take_mark(mark: dict, shapes: dict) -> BaseGeometry:
    """The shape of a mark: an outline, removed from those of the countries, or a point, or a part of a country."""
    if "outline" in mark:
        return shapes.pop(mark["outline"])
    point = Point(mark["place"])
    if "part_of" not in mark:
        return point
    country = shapes[mark["part_of"]]
    part = next(p for p in country.geoms if p.contains(point))
    shapes[mark["part_of"]] = MultiPolygon([p for p in country.geoms if not p.contains(point)])
    return part


def feature(shape: BaseGeometry, **properties: str | None) -> dict:
    """A GeoJSON feature without empty properties."""
    plain = json.loads(to_geojson(shape))
    plain["coordinates"] = round_numbers(plain["coordinates"])
    return {"type": "Feature", "properties": {k: v for k, v in properties.items() if v}, "geometry": plain}


def round_numbers(numbers: list | float) -> list | float:
    """Nested lists of coordinates, rounded to the grid."""
    return [round_numbers(n) for n in numbers] if isinstance(numbers, list) else round(numbers, DECIMALS)


def middle(shape: MultiPolygon) -> list[float]:
    """The point of the largest part that is farthest from the outline."""
    point = polylabel(max(shape.geoms, key=lambda p: p.area), 0.1)
    return [round(point.x, 1), round(point.y, 1)]


def decode_arcs(topology: dict, tolerance: float) -> list[np.ndarray]:
    """Arcs of a quantised topology in degrees, simplified; each (n, 2)."""
    scale, origin = (np.array(topology["transform"][k]) for k in ("scale", "translate"))
    lines = (np.cumsum(np.array(arc), axis=0) * scale + origin for arc in topology["arcs"])
    return [np.array(LineString(line).simplify(tolerance).coords) for line in lines]


def outline(geometry: dict, arcs: list[np.ndarray]) -> MultiPolygon:
    """The polygons of one country; a negative number is a reversed arc. Rings without area after simplification are left out."""

    def ring(numbers: list[int]) -> np.ndarray:
        line = np.concatenate([arcs[i] if i >= 0 else arcs[~i][::-1] for i in numbers])
        return np.column_stack([np.unwrap(line[:, 0], period=360.0), line[:, 1]])  # across 180 degrees without a jump

    parts = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    rings = [[ring(numbers) for numbers in part] for part in parts]
    shapes = [Polygon(r[0], [hole for hole in r[1:] if len(hole) > 3]) for r in rings if len(r[0]) > 3]
    return polygons(unary_union([make_valid(shape) for shape in shapes]))


def clip(shape: MultiPolygon, plan: dict) -> MultiPolygon:
    """The part of a shape in the box, on the grid, without small islands; the largest part always stays."""
    parts = polygons(set_precision(shape.intersection(box(*plan["box"])), 10.0**-DECIMALS)).geoms
    return MultiPolygon(
        [p for p in parts if p.area >= plan["smallest"] or p.area == max(parts, key=lambda q: q.area).area]
    )


def polygons(shape: BaseGeometry) -> MultiPolygon:
    """The polygons of a shape, without lines and points from clipping and repair."""
    areas = [g for g in getattr(shape, "geoms", [shape]) if g.geom_type in AREAS]
    return MultiPolygon([p for g in areas for p in getattr(g, "geoms", [g])])


if __name__ == "__main__":
    main(*sys.argv[1:])
