"""The palette of all figures: colours that colour-blind readers tell apart [Okabe2008], without black."""

from collections.abc import Sequence

PALETTE = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#8C6D1F", "#56B4E9", "#E6C700", "#332288")
FURTHER = ("#E69F00", "#7F7F7F", "#000000", "#882255", "#44AA99", "#AA4499", "#117733", "#999933")


def distinct(colours: Sequence[str]) -> list[str]:
    """The colours in their order; one that an earlier entry has is replaced by the first free one of the palette."""
    free = [c for c in (*PALETTE, *FURTHER) if c not in {colour.upper() for colour in colours}]
    chosen: list[str] = []
    for colour in colours:
        repeated = colour.upper() in (c.upper() for c in chosen)
        chosen.append(free.pop(0) if repeated and free else colour)
    return chosen
