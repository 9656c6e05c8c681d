"""Checks the documentation of the public names by numpydoc: python -m tools.docstrings"""

import importlib
import sys

from numpydoc.validate import validate

MODULES = ("sim", "sim.metrics", "sim.plots", "experiments")
LEFT_OUT = {"ES01", "SA01"}  # a longer summary, and a list of what else there is: where they help


def faults(module: str) -> list[str]:
    """One line per fault of the public functions and classes of a module."""
    lines = []
    for name in importlib.import_module(module).__all__:
        thing = getattr(sys.modules[module], name)
        if not callable(thing):
            continue  # a constant says what it is in a comment
        path = f"{thing.__module__}.{thing.__qualname__}"
        errors = validate(path)["errors"]
        lines += [f"{path}: {code} {text}" for code, text in errors if code not in LEFT_OUT]
    return lines


if __name__ == "__main__":
    lines = [line for module in MODULES for line in faults(module)]
    print("\n".join(lines) or "All public names are documented.")
    sys.exit(1 if lines else 0)
