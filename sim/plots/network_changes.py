"""Words, colours and legend of a network that shows its changes since day 0."""

from collections.abc import Mapping
from typing import Any

from matplotlib.lines import Line2D

from sim.core.wording import minus, number

COLOURS = {"economic": "#E69F00", "military": "#3B3B98", "cultural": "#CC79A7"}
GAIN, LOSS, STILL = "#0072B2", "#D55E00", "#8C8C8C"
LEAST_CHANGE = 0.05  # percentage points of a share; a smaller change is drawn as none


def message(names: dict[str, str], host: str, changes: Any, moved: Mapping[Any, float], until: str) -> str:
    """What the title says: the ties of day 0, or the largest change since then."""
    if changes is None:
        return "influence between states on day 0"
    if not moved:
        return f"influence between states, unchanged {until}"
    (patron, state, channel), change = max(moved.items(), key=lambda entry: abs(entry[1]))
    more = "gains" if change > 0 else "loses"
    place = "" if state == host else f" on {names[state]}"
    return minus(
        f"{names[patron]} {more} most influence{place} ({channel}, {number(change, signed=True)} points {until})"
    )


def legend(moved: bool) -> list[Line2D]:
    """Channels by colour, or gain and loss by colour and dashes; strengths by width."""
    widths = [Line2D([], [], color="black", linewidth=width(s), label=f"strength {s:g}") for s in (0.05, 0.3, 0.8)]
    if not moved:
        return [Line2D([], [], color=c, linewidth=4, label=name) for name, c in COLOURS.items()] + widths
    looks: tuple[tuple[str, str, Any], ...] = (
        ("more than on day 0", GAIN, "-"),
        ("less than on day 0", LOSS, (0, (3, 1))),
        ("unchanged", STILL, "-"),
    )
    return [Line2D([], [], color=c, linewidth=4, linestyle=dash, label=text) for text, c, dash in looks] + widths


def colour_of(change: float | None) -> str:
    """Colour of a tie by its change since day 0."""
    return STILL if change is None else GAIN if change > 0 else LOSS


def width(strength: float) -> float:
    """Points for a strength in [0, 1]."""
    return 0.8 + 7.0 * strength
