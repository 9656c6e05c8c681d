"""The names in the addresses of draws: a renamed parameter keeps its old address, so that no draw moves.

A draw is keyed by the CRC of a name. `ADDRESS` holds the old name of everything that has been renamed since its draws were
first recorded; a key that ends with a dot stands for all names that begin with it. A name without an entry is its address.
"""

from zlib import crc32

# name today -> name in the address of its draws, and of its column in a posterior sample
ADDRESS = {
    "events.": "shocks.",  # parameters of the mechanism
    "instruments.": "measures.",
}


def address(name: str) -> str:
    """The name that stands in the address of a draw.

    >>> address("events.full_grievance"), address("contention.threshold")
    ('shocks.full_grievance', 'contention.threshold')
    """
    return _replaced(name, ADDRESS)


def name_of(column: str) -> str:
    """The name today of what once had this address: the inverse of `address`.

    >>> name_of("shocks.full_grievance")
    'events.full_grievance'
    """
    return _replaced(column, {old: new for new, old in ADDRESS.items()})


def draw_unit(name: str) -> int:
    """The unit of a draw: a number that is the same in every run and on every machine.

    >>> draw_unit("events.full_grievance") == crc32(b"shocks.full_grievance")
    True
    """
    return crc32(address(name).encode())


def _replaced(name: str, table: dict[str, str]) -> str:
    """The entry of the name, or of the part of it up to the dot; without either the name itself."""
    part, dot, rest = name.partition(".")
    return table[name] if name in table else table.get(part + dot, part + dot) + rest
