"""Settings of Matplotlib: the defaults of the library, not those of the user's session or the current folder."""

import os
import sys

from sim.core.caches import away_from


def settle_figures() -> None:
    """Import Matplotlib and give it its defaults; a session that draws for itself keeps its settings."""
    if "matplotlib.pyplot" in sys.modules:
        return
    backend = os.environ.pop("MPLBACKEND", None)  # the import would refuse or keep its module
    try:
        with away_from("matplotlibrc"):
            import matplotlib
    finally:
        if backend is not None:
            os.environ["MPLBACKEND"] = backend
    matplotlib.rcParams.update(matplotlib.rcParamsDefault)
    matplotlib.rcParams["backend"] = "agg"
