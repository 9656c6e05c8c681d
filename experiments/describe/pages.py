"""Pages of docs/ that commands read: inside the package in a wheel, under docs/ in a checkout."""

from pathlib import Path


def shipped_page(name: str) -> Path:
    """Path of `docs/NAME` as it was shipped."""
    package = Path(__file__).parents[1]
    inside = package / name
    return inside if inside.is_file() else package.parent / "docs" / name
