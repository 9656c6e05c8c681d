"""The page: what all kinds of results say, around the sections of one kind."""

import base64
from datetime import datetime
from functools import cache
from pathlib import Path

from experiments.language import Words
from experiments.report import inputs
from experiments.report.page_model import Sections, Table, ended
from experiments.report.result import Picture, Result
from experiments.results.provenance import MARK, packed
from experiments.statements import sentences
from experiments.statements.claims import UNCLAIMED

HERE = Path(__file__).parent


@cache
def _template():
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from experiments.report.markup import breakable, coded, linked, together

    environment = Environment(
        autoescape=True,
        loader=FileSystemLoader(HERE),
        undefined=StrictUndefined,
        finalize=together,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"linked": linked, "breakable": breakable, "coded": coded}
    return environment.get_template("page.html.jinja")


def render(result: Result, sections: Sections, say: Words) -> str:
    """The whole page as HTML."""
    pictures = [picture(p, say) for p in result.pictures()]
    return _template().render(
        say=say,
        css=(HERE / "page.css").read_text(encoding="utf-8"),
        sections=sections,
        pictures=pictures,
        made=result.manifest,
        date=say.date(datetime.fromisoformat(result.manifest["made"])),
        assumed=inputs.assumed(result, say),
        every_parameter=inputs.every_parameter(result, say),
        quality=inputs.quality(result, say),
        versions=versions(result, say),
        digests=digests(result, say),
        works=inputs.works(result),
        mechanisms=sentences(result.facts, "assumed.mechanisms", "assumed.mechanisms_off", say=say),
        unclaimed=sentences(result.facts, *(f"unclaimed.{name}" for name in UNCLAIMED), say=say),
        repeated=sentences(result.facts, "repeat.seed", "repeat.edited", "repeat.config_dir", say=say),
        mark=MARK,
        packed=packed(result.manifest, result.origin.trees),
    )


def picture(one: Picture, say) -> dict:
    """A figure as the template needs it: all bytes inside the page."""
    title = ended(one.title or say("figures.untitled", name=one.name))
    caption = ended(one.caption)
    numbers = say.first(f"figures.alt.{one.name}", "figures.alt.other")
    return {
        "source": f"data:image/png;base64,{base64.b64encode(one.data).decode()}",
        "alt": say("figures.alt", title=title, caption=caption, numbers=numbers),
        "title": title,
        "caption": caption,
        "width": one.size[0],
        "height": one.size[1],
    }


def versions(result: Result, say) -> Table:
    """What made the result."""
    made = result.manifest
    named = {"suasion": made["suasion"], "commit": made["git"], "Python": made["python"], "platform": made["platform"]}
    rows = [[name, version] for name, version in (named | made["libraries"]).items()]
    return Table(say("repeat.versions"), [say("repeat.part"), say("repeat.version")], rows)


def digests(result: Result, say) -> Table:
    """Digests of configurations and results."""
    made = result.manifest
    if "bases" in made:
        rows = [[entry["file"], made["base"]["bases"][repr(tuple(entry["values"]))]] for entry in made["bases"]]
        rows += [["plan", made["plan"]], ["model", made["model_version"]]]
    else:
        rows = [[f"{name}.yaml", digest] for name, digest in made["configuration"].items()]
        rows += [[name, digest] for name, digest in made["results"].items()]
    return Table(say("repeat.digests"), [say("repeat.part"), say("repeat.digest")], rows)
