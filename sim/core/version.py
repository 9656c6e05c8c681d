"""Version of the product."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache
def product_version() -> str:
    """Version of the installed product."""
    try:
        return version("suasion")
    except PackageNotFoundError:
        return "not installed"
