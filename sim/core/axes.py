"""The axes of the world's arrays, and the names along the axes that all worlds share.

C channels, S states (every state is host and patron), O organisations and states that act alone, F factions,
G segments, E = F + G entities that hold alignments (factions first), M missions, H segments of the host, I host segments with
inhabitants, N citizen rows of the host, A rows that hold alignments (all inhabitants where each has a row, else the
citizen rows), P focal patrons, with whom the alignment of every citizen is simulated, L lanes of a packed alignment,
V levels that instruments in force raise.
"""

import numpy as np

AXES = {
    "C": "channel",
    "S": "state",
    "O": "organisation",
    "F": "faction",
    "E": "entity",
    "M": "mission",
    "H": "segment of the host",
    "I": "host segment with inhabitants",
    "N": "citizen row",
    "A": "inhabitant row",
    "P": "focal patron",
    "L": "lane",
    "V": "level of instruments",
    "B": "outcome of the daily pass",
}
CHANNELS = ("economic", "military", "cultural")
ECONOMIC, MILITARY, CULTURAL = range(3)
# effects of an instrument on a state while it is in force; see schema.instruments
LEVELS = (
    "grievance", "challenge", "truce", "violence", "rents", "security_rents", "resting_legitimacy", "news",
)  # fmt: skip
VIOLENCE, NEWS = LEVELS.index("violence"), LEVELS.index("news")
LANES = 4  # alignments of a citizen that are packed into one word
MONTH = 30  # days: influence moves, and its shares are recorded, once a month
NEVER = 10**9  # a day that no run reaches


def rows_where(mask: np.ndarray) -> list[int]:
    """Rows at which a boolean mask is true, as plain numbers."""
    return mask.nonzero()[0].tolist()
