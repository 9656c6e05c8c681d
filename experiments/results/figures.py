"""Draws and saves the figures of a result. A figure that fails is named, and takes nothing else with it."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.results.provenance import MARK
from experiments.results.writing import DrawingFault
from sim.core.faults import first_line

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from PIL.Image import Image

TONES = 256  # colours of an animation
FRAME = 900  # milliseconds per frame; the first and the last stay longer


def save_figures(
    folder: Path,
    figures: "Mapping[str, Callable[[], Figure]]",
    manifest: dict[Any, Any],
    formats: Sequence[str] = ("png",),
) -> None:
    """Draw and save one PNG per figure, and the other formats beside it. The PNG holds everything that repeating the result needs.

    figures: name of the file -> function that draws it. manifest: as returned by `write_manifest`.
    Raises DrawingFault at the end, with the name of every figure that failed.
    """
    folder.mkdir(exist_ok=True)
    faults = []
    for name, draw in figures.items():
        path = folder / f"{name}.png"
        try:
            _save_figure(path, draw(), manifest, formats)
        except OSError:  # the disk, not the figure
            raise
        except Exception as error:
            for part in (path, *(path.with_suffix(f".{extension}") for extension in formats)):
                part.unlink(missing_ok=True)
            faults.append(_fault_text(path, error))
    if faults:
        raise DrawingFault("; ".join(faults))


def _fault_text(path: Path, error: Exception) -> str:
    return f"{path.parent.name}/{path.name}: cannot be drawn ({type(error).__name__}: {first_line(error)})"


def _save_figure(path: Path, figure: "Figure", manifest: dict[Any, Any], formats: Sequence[str]) -> None:
    _sign(figure, manifest)
    figure.savefig(path, dpi=150, metadata=_metadata(figure, manifest))
    for extension in dict.fromkeys(formats):
        if extension != "png":
            _save_drawing(path.with_suffix(f".{extension}"), figure, manifest)


def _metadata(figure: "Figure", manifest: dict[Any, Any]) -> dict[str, str]:
    """Texts of a PNG."""
    worlds = json.dumps(manifest.get("worlds", {}))
    metadata = {"Software": _version(manifest), "Description": manifest["command"], "Source": worlds}
    title, _, caption = str(figure.get_label()).partition("\n")
    metadata |= {"Title": title, "Comment": caption} if title else {}
    return metadata | ({MARK: manifest["packed"]} if "packed" in manifest else {})


def _save_drawing(path: Path, figure: "Figure", manifest: dict[Any, Any]) -> None:
    """An SVG or a PDF with its title, without a date, so that the same figure gives the same file."""
    from matplotlib import rc_context

    date = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}[path.suffix[1:]]
    title = str(figure.get_label()).partition("\n")[0]
    with rc_context({"svg.hashsalt": "suasion"}):
        figure.savefig(path, metadata={"Title": title, "Creator": _version(manifest)} | date)


def _version(manifest: dict[Any, Any]) -> str:
    return f"suasion {manifest['suasion']} ({manifest['git']})"


def _sign(figure: "Figure", manifest: dict[Any, Any]) -> None:
    """Print version and commit in small type on the figure."""
    figure.text(0.995, 0.004, _version(manifest), ha="right", va="bottom", fontsize=9, color="0.4")


def save_animation(path: Path, figures: Iterable[Any], manifest: dict[Any, Any]) -> None:
    """Save a looping GIF, one frame per figure. Its comment holds everything that repeating the result needs."""
    frames = []
    try:
        for figure in figures:
            _sign(figure, manifest)
            frames.append(_picture(figure))
    except Exception as error:
        raise DrawingFault(_fault_text(path, error)) from None
    palette = _palette(frames)
    frames = [frame.quantize(palette=palette, dither=0) for frame in frames]
    pause = [2 * FRAME, *[FRAME] * (len(frames) - 2), 3 * FRAME][: len(frames)]
    frames[0].save(
        path, save_all=True, append_images=frames[1:], duration=pause, loop=0, comment=f"{MARK}:{manifest['packed']}"
    )


def _picture(figure: "Figure") -> "Image":
    """Render a figure as an image of 100 dots per inch."""
    from PIL import Image

    buffer = BytesIO()
    figure.savefig(buffer, dpi=100)
    return Image.open(buffer).convert("RGB")


def _palette(pictures: list["Image"]) -> "Image":
    """One palette for all pictures, from every third dot of each."""
    from PIL import Image

    return Image.fromarray(np.concatenate([np.asarray(p)[::3, ::3] for p in pictures])).quantize(TONES)
