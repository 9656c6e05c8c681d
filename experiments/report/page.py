"""The HTML page: sections that all kinds of results share, around the sections of one kind."""

import base64
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.language import Language
from experiments.report import inputs
from experiments.report.page_model import Sections, Table, with_full_stop
from experiments.report.result import Picture, Result
from experiments.results.provenance import MARK, pack
from experiments.statements import sentences
from experiments.statements.claims import UNCLAIMED

if TYPE_CHECKING:
    from jinja2 import Template

HERE = Path(__file__).parent


@cache
def _template() -> "Template":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from experiments.report.markup import breakable, keep_percent_together, with_code, with_links

    environment = Environment(
        autoescape=True,
        loader=FileSystemLoader(HERE),
        undefined=StrictUndefined,
        finalize=keep_percent_together,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"with_links": with_links, "breakable": breakable, "with_code": with_code}
    return environment.get_template("page.html.jinja")


def render(result: Result, sections: Sections, say: Language) -> str:
    """Render the page as HTML."""
    pictures = [picture(p, say) for p in result.pictures()]
    return _template().render(
        say=say,
        css=(HERE / "page.css").read_text(encoding="utf-8"),
        sections=sections,
        pictures=pictures,
        manifest=result.manifest,
        date=say.date(datetime.fromisoformat(result.manifest["made"])),
        assumptions=inputs.assumptions(result, say),
        every_parameter=inputs.every_parameter(result, say),
        quality=inputs.quality(result, say),
        versions=versions(result, say),
        digests=digests(result, say),
        works=inputs.works(result),
        mechanisms=sentences(result.facts, "assumptions.mechanisms", "assumptions.mechanisms_off", say=say),
        unclaimed=sentences(result.facts, *(f"unclaimed.{name}" for name in UNCLAIMED), say=say),
        repeated=sentences(result.facts, "repeat.seed", "repeat.edited", "repeat.config_dir", say=say),
        mark=MARK,
        provenance=pack(result.manifest, result.provenance.trees),
    )


def picture(one: Picture, say: Language) -> dict[Any, Any]:
    """A figure for the template, with all its bytes inside the page."""
    title = with_full_stop(one.title or say("figures.untitled", name=one.name))
    caption = with_full_stop(one.caption)
    numbers = say.first(f"figures.alt.{one.name}", "figures.alt.other")
    return {
        "source": f"data:image/png;base64,{base64.b64encode(one.data).decode()}",
        "alt": say("figures.alt", title=title, caption=caption, numbers=numbers),
        "title": title,
        "caption": caption,
        "width": one.size[0],
        "height": one.size[1],
    }


def versions(result: Result, say: Language) -> Table:
    """Table of the versions behind the result."""
    manifest = result.manifest
    named = {
        "suasion": manifest["suasion"],
        "commit": manifest["git"],
        "Python": manifest["python"],
        "platform": manifest["platform"],
    }
    rows = [[name, version] for name, version in (named | manifest["libraries"]).items()]
    return Table(say("repeat.versions"), [say("repeat.part"), say("repeat.version")], rows)


def digests(result: Result, say: Language) -> Table:
    """Table of the digests of configurations and results."""
    manifest = result.manifest
    if "bases" in manifest:
        rows = [[entry["file"], manifest["base"]["bases"][repr(tuple(entry["values"]))]] for entry in manifest["bases"]]
        rows += [["plan", manifest["plan"]], ["model", manifest["model_version"]]]
    else:
        rows = [[f"{name}.yaml", digest] for name, digest in manifest["configuration"].items()]
        rows += [[name, digest] for name, digest in manifest["results"].items()]
    return Table(say("repeat.digests"), [say("repeat.part"), say("repeat.digest")], rows)
