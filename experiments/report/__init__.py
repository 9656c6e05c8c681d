"""`suasion report`: writes one self-contained HTML file on a results folder."""

import os
from pathlib import Path

from pydantic import Field

from experiments.extras import needs
from experiments.language import Language
from experiments.report import comparison, paired, single, sweep
from experiments.report.page import render
from experiments.report.result import read_result
from experiments.results.files import write_whole
from experiments.results.target import OutPath
from experiments.results.writing import check_writable
from sim.core.faults import ConfigError, describe_fault
from sim.core.parameters import Checked
from sim.spec.overrides import settings

KINDS = {
    "run": single,
    "compare": comparison,
    "paired_view": paired,
    "sweep": sweep,
    "merge": sweep,
}  # kind of result -> module that writes its sections


class ReportOptions(Checked):
    """Settings of `suasion report`."""

    out: OutPath | None = Field(default=None, description="file of the report; default: report.html in the folder")


def report(folder: str, overrides: list[str]) -> Path:
    """Write the report; returns its path. Raises ConfigError."""
    needs("analysis", "jinja2")
    options = settings(ReportOptions, overrides)
    result = read_result(folder)
    kind = result.kind
    if kind not in KINDS:
        allowed = f"was made by `suasion {kind}`; there are reports on {', '.join(KINDS)}"
        raise ConfigError(describe_fault("DIR", folder, allowed, ()))
    target = Path(options.out) if options.out else result.folder / "report.html"
    if os.path.lexists(target):
        raise ConfigError(describe_fault("out", target, "exists already and nothing is overwritten", ()))
    if not target.parent.is_dir():
        raise ConfigError(describe_fault("out", target, f"cannot be written, {target.parent} is not a folder", ()))
    check_writable(target.parent, target)
    say = Language()
    write_whole(target, render(result, KINDS[kind].sections(result, say), say).encode())
    return target
