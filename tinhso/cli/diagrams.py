"""`tinhso foresight diagram`: what drives what in a model."""

from pathlib import Path
from typing import Any

import click

from tinhso.cli.dynamics import model_named
from tinhso.cli.output import answer, json_option, refusing
from tinhso.foresight import queries
from tinhso.foresight.types.diagrams import Diagram


@click.command("diagram")
@click.argument("model")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Drawn there, as SVG.",
)
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi")
@json_option
@refusing
def draw(model: str, out: Path | None, language: str, as_json: bool) -> None:
    """Tell what drives what in MODEL, and draw it; found in its equations.

    JSON: `model`, `things`: each `name`, `part`; `links`: `source`, `into`, `sign`:
    + − or ±; `loops`: `names`, `reinforcing`; `file`.
    """
    found = queries.diagram(model=model_named(model))
    told = _json(found)
    lines = queries.diagram_as_lines(diagram=found, language=language)
    if out is not None:
        part = out.with_name(f".{out.name}.part")  # whole, or not there
        svg = queries.diagram_as_svg(diagram=found, language=language)
        part.write_text(svg, "utf-8")
        part.replace(out)
        told["file"] = str(out)
        lines.append(str(out))
    answer(told, "\n".join(lines), as_json=as_json)


def _json(found: Diagram) -> dict[str, Any]:
    return {
        "model": found.model,
        "things": [{"name": one.name, "part": one.part} for one in found.things],
        "links": [
            {"source": one.source, "into": one.into, "sign": one.sign}
            for one in found.links
        ],
        "loops": [
            {"names": list(one.names), "reinforcing": one.is_reinforcing}
            for one in found.loops
        ],
    }


COMMANDS = (draw,)
