"""The tables of docs/instruments.md from the configuration: python -m tools.instruments

This module writes everything between two marks `<!-- NAME -->` and `<!-- end -->`; the rest of the page is written by hand.
"""

import re
from pathlib import Path

import sim
from experiments.results.formatting import markdown_table
from sim.spec.config_files import policies
from sim.spec.schema import Spec
from sim.spec.schema.instruments import EFFECTS, Instrument, Variation

PAGE = Path(__file__).resolve().parent.parent / "docs" / "instruments.md"
WIDE = "stage=eurasia_2022_organisations"


def instruments(spec: Spec) -> str:
    """Table of the instruments, one row each: actor, layer, times, cost, limits, effects, reversal, literature."""
    columns = (
        "instrument",
        "by",
        "layer",
        "lag, days",
        "term, days",
        "cost",
        "limits",
        "effects",
        "how it ends",
        "literature",
    )
    return markdown_table(columns, [_instrument(name, tool) for name, tool in spec.instruments.items()])


def _instrument(name: str, tool: Instrument) -> tuple[str, ...]:
    term = str(tool.duration or ("until withdrawn" if tool.lasts else "once"))
    side = f", {tool.at_once} side by side" if tool.at_once > 1 else ""
    prices = (
        (tool.cost_musd, f"{tool.cost_musd:g} M$"),
        (tool.upkeep_musd, f"{tool.upkeep_musd:g} M$ a day"),
        (tool.cost_share, f"political {tool.cost_share:g}"),
    )
    effects = [f"{effect} {getattr(tool, effect):+g}" for effect in EFFECTS if getattr(tool, effect)]
    effects += ["ends what the addressee has in force"] if tool.withdraws else []
    return (
        f"`{name}` {tool.label['en']}",
        tool.by,
        tool.layer,
        "-".join(map(str, tool.lag)),
        term + side,
        "; ".join(text for amount, text in prices if amount),
        ", ".join(tool.limits + ["on request"] * tool.on_request),
        ", ".join(effects),
        tool.reversal,
        ", ".join(f"[{key}]" for key in tool.sources),
    )


def doctrines() -> str:
    """Table of the policies, one row each."""
    rows = [
        (f"`{name}` {p.label['en']}", p.summary, p.vote, ", ".join(p.instruments)) for name, p in policies().items()
    ]
    return markdown_table(("policy", "what it does", "vote on force", "instruments"), rows)


def organs(spec: Spec) -> str:
    """Table of the organs, one row each."""
    rows = []
    for code, organisation in spec.organisations.items():
        for organ in organisation.organs.values():
            does = ["requests for force"] if organ.answers else []
            does += [_use(spec, name, variation) for name, variation in organ.instruments.items()]
            does += [f"prepares {name}, {days} days saved" for name, days in organ.prepares.items()]
            rows.append((code, organ.label["en"], "; ".join(does)))
    return markdown_table(("organisation", "organ", "what it does"), rows)


def _use(spec: Spec, name: str, variation: Variation | None) -> str:
    tool = spec.instruments[name] if variation is None else variation.of(spec.instruments[name])
    return f"{name} ({'-'.join(map(str, tool.lag))} days)"


def clauses(spec: Spec) -> str:
    """Table of the clauses, one row each."""
    rows = [
        (code, name, str(clause.signed), str(clause.in_force or "not yet"), clause.source)
        for code, organisation in spec.organisations.items()
        for name, clause in organisation.clauses
        if clause is not None
    ]
    return markdown_table(("organisation", "clause", "signed", "in force", "where"), rows)


def fill(page: str) -> str:
    """The page with fresh tables."""
    spec = sim.load([WIDE])
    tables = {
        "instruments": instruments(spec), "policies": doctrines(), "organs": organs(spec), "clauses": clauses(spec),
    }  # fmt: skip
    for name, text in tables.items():
        page, count = re.subn(
            rf"(<!-- {name} -->\n).*?(<!-- end -->)", lambda m, t=text: f"{m[1]}{t}\n{m[2]}", page, flags=re.DOTALL
        )
        if count != 1:
            raise ValueError(f"{PAGE.name} needs one place <!-- {name} --> ... <!-- end -->, not {count}")
    return page


if __name__ == "__main__":
    PAGE.write_text(fill(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
