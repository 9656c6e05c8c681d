"""Outlines of the region on an equal-area plane, from `configs/region`."""

import json
from collections.abc import Container
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from matplotlib.path import Path

from sim.core.caches import configs

RADIUS = 6371.0  # km, of the sphere


@dataclass(frozen=True)
class Outline:
    """A country, or a disputed entity or territory. Kilometres east and north of the centre."""

    name: str
    code: str  # of a state, "" for none
    bloc: str  # of the bloc that the country belongs to, "" for none
    marked: str  # reason of the mark, "" for none
    path: Path | None  # None if only a point is known
    point: np.ndarray  # (2,) within it

    def state_in(self, states: Container[str]) -> str:
        """The one of these states that it belongs to: its code, else its bloc's; "" for none."""
        return self.code if self.code in states else self.bloc if self.bloc in states else ""


@dataclass(frozen=True)
class Region:
    """All outlines, large ones first, so that enclaves lie on top; the places of names; the window of the plane."""

    outlines: tuple[Outline, ...]
    labels: dict[str, np.ndarray]  # code -> (2,)
    window: tuple[float, float, float, float]  # west, south, east, north
    source: str

    def shows(self, code: str) -> bool:
        """True if the name of a state stands inside the window; other names need a chip."""
        if code not in self.labels:
            return False
        (x, y), (west, south, east, north) = self.labels[code], self.window
        return bool(west < x < east and south < y < north)

    def of(self, code: str) -> list[Outline]:
        """Outlines of a state or of the members of a bloc, large ones first."""
        return [o for o in self.outlines if o.path is not None and code in (o.code, o.bloc)]

    def covers(self, code: str, point: np.ndarray) -> bool:
        """True if a point lies within an outline of a state or of a member of a bloc."""
        return any(o.path.contains_point((point[0], point[1])) for o in self.of(code) if o.path is not None)

    @property
    def marked(self) -> list[Outline]:
        """The marked outlines, in the order of the file."""
        return [o for o in self.outlines if o.marked]


@cache
def region() -> Region:
    """The region that ships with the product."""
    content = json.loads((configs() / "region" / "eurasia.geojson").read_text(encoding="utf-8"))
    plane = content["projection"]
    outlines = [_outline(feature, plane) for feature in content["features"]]
    return Region(
        outlines=tuple(sorted(outlines, key=lambda o: -_extent(o))),
        labels={code: albers(at, **plane) for code, at in content["labels"].items()},
        window=tuple(content["window"]),
        source=content["source"],
    )


def albers(degrees: Any, parallels: tuple[float, float], centre: tuple[float, float]) -> np.ndarray:
    """Equal-area conic projection [Snyder1987] of (..., 2) degrees east and north; km from the centre, same shape."""
    east, north = np.moveaxis(np.radians(np.asarray(degrees, dtype=float)), -1, 0)
    first, second, east0, north0 = np.radians([*parallels, *centre])
    n = (np.sin(first) + np.sin(second)) / 2
    c = np.cos(first) ** 2 + 2 * n * np.sin(first)
    distance, distance0 = (RADIUS * np.sqrt(c - 2 * n * np.sin(at)) / n for at in (north, north0))
    angle = n * (east - east0)
    return np.stack([distance * np.sin(angle), distance0 - distance * np.cos(angle)], axis=-1)


def _outline(feature: dict[Any, Any], plane: dict[Any, Any]) -> Outline:
    properties, geometry = feature["properties"], feature["geometry"]
    path = None if geometry["type"] == "Point" else _path(geometry, plane)
    point = albers(geometry["coordinates"], **plane) if path is None else path.get_extents().get_points().mean(axis=0)
    return Outline(
        properties["name"],
        properties.get("code", ""),
        properties.get("bloc", ""),
        properties.get("marked", ""),
        path,
        point,
    )


def _path(geometry: dict[Any, Any], plane: dict[Any, Any]) -> Path:
    """All rings of a geometry as one path; a hole runs against its ring and stays empty."""
    parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    rings = [albers(ring, **plane) for part in parts for ring in part]
    return Path.make_compound_path(*(Path(ring, closed=True) for ring in rings))


def _extent(outline: Outline) -> float:
    """Area of the rectangle around an outline; a place has none and comes last."""
    return 0.0 if outline.path is None else float(np.prod(outline.path.get_extents().size))
