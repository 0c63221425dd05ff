"""`tinhso messages`: collect the texts to translate, and compile the translations.

Vietnamese is the source language, because the legal wording is the original.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

import tinhso
from tinhso.cli.output import answer, json_option

SOURCES = Path(tinhso.__file__).parent
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "N_": None,
    "gettext": None,
    "gettext_lazy": None,
    "_": None,
    "ngettext": (1, 2),
    "pgettext": None,
}


@click.group("messages")
def group() -> None:
    """Collect and compile translations."""


@group.command("collect")
@json_option
def collect_command(as_json: bool) -> None:
    """Bring the catalogues up to date with the sources. JSON: `texts`, `missing`."""
    template = collect()
    missing = 0
    for file in catalogues():
        catalogue = _read(file)
        catalogue.update(template, no_fuzzy_matching=True)
        # What nobody says any more is not kept.
        catalogue.obsolete.clear()
        missing += sum(not m.string for m in catalogue if m.id)
        with file.open("wb") as target:
            write_po(target, catalogue, width=88, sort_output=True, no_location=True)
    text = f"{len(template)} texts, {missing} without a translation."
    answer({"texts": len(template), "missing": missing}, text, as_json=as_json)


@group.command("compile")
@json_option
def compile_command(as_json: bool) -> None:
    """Compile the catalogues for the server. JSON: `compiled`."""
    compiled = compile_all()
    answer({"compiled": compiled}, f"{compiled} catalogues.", as_json=as_json)


def collect() -> Catalog:
    """Collect every text of templates, pages and rooms."""
    catalogue = Catalog(locale="en", project="tinhso", charset="utf-8")
    for message in _texts():
        catalogue.add(message)
    return catalogue


def compile_all() -> int:
    """Compile each catalogue beside its source; say how many."""
    files = list(catalogues())
    for file in files:
        with file.with_suffix(".mo").open("wb") as target:
            write_mo(target, _read(file))
    return len(files)


def catalogues() -> Iterator[Path]:
    """List the catalogues of the languages translated into."""
    for folder in settings.LOCALE_PATHS:
        yield from sorted(Path(folder).glob("*/LC_MESSAGES/django.po"))


def _read(file: Path) -> Catalog:
    with file.open("rb") as source:
        return read_po(source, locale=file.parts[-3])


def _texts() -> Iterator[str | tuple[str, ...]]:
    for file in sorted(SOURCES.rglob("*.py")):
        yield from texts_in(file.read_text("utf-8"))
    pages = [
        *SOURCES.rglob("templates/**/*.html"),
        *SOURCES.rglob("templates/**/*.txt"),
    ]
    for file in sorted(pages):
        yield from texts_in(templatize(file.read_text("utf-8"), origin=str(file)))


def texts_in(python: str) -> Iterator[str | tuple[str, ...]]:
    """Read the marked texts of Python, or of a template made into Python."""
    source = BytesIO(python.encode())
    for _, message, _, _ in extract("python", source, keywords=KEYWORDS):
        yield message
