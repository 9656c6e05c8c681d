"""Reads figures that may come from somebody else: only PNG and GIF, and only of a plausible size."""

import warnings
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from sim.core.received import read_bytes

DAMAGED = (SyntaxError, EOFError, KeyError, IndexError, TypeError, OverflowError)  # raised by Pillow for damaged files
MOST_PIXELS = 50_000_000  # of a figure; ours have three million


@dataclass(frozen=True)
class FigureFile:
    """A figure with its metadata."""

    data: bytes
    text: dict[str, str]  # of a PNG
    comment: str  # of a GIF
    size: tuple[int, int]  # pixels


def read_figure(path: Path) -> FigureFile:
    """Read a figure. Raises OSError and ValueError. No other format is opened, because some of them run programs."""
    from PIL import Image

    data = read_bytes(path)
    try:
        return _read(data)
    except Image.UnidentifiedImageError:
        raise ValueError("it is no PNG and no GIF") from None
    except DAMAGED as error:
        raise ValueError(str(error) or type(error).__name__) from None
    except Image.DecompressionBombError as error:
        raise ValueError(str(error)) from None


def _read(data: bytes) -> FigureFile:
    from PIL import Image

    quiet = warnings.catch_warnings(action="ignore", category=Image.DecompressionBombWarning)
    with quiet, Image.open(BytesIO(data), formats=("PNG", "GIF")) as image:
        if image.width * image.height > MOST_PIXELS:
            raise ValueError(f"it has {image.width} x {image.height} pixels")
        image.load()
        comment = image.info.get("comment", b"")
        comment = comment.decode("ascii", "replace") if isinstance(comment, bytes) else ""
        return FigureFile(data, dict(getattr(image, "text", {})), comment, image.size)
