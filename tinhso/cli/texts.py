"""`tinhso texts`: whether what people read is plain, in both languages."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize
from ruamel.yaml import YAML

from tinhso.cli import messages
from tinhso.cli.output import answer, json_option
from tinhso.cli.plain_language import Finding, findings, read_rules
from tinhso.kernel.packs import reader

CONTENT = messages.SOURCES / "web/locale/plain_language.yaml"
# What only officers read, who know the words of their trade.
OFFICERS_PAGES = ("desk", "builder", "intake", "consultations", "reports", "gallery")
OFFICERS_CODE = (
    "desk",
    "builder",
    "intake",
    "counter",
    "turns",
    "reports",
    "gallery",
    "consultations",
    "printed",
)
# Of packs: what applicants read. Names of procedures and results are the law's.
PACK_FOLDERS = ("forms", "procedures", "messages", "life_events")
LEGAL_NAMES = {("procedures", "title"), ("procedures", "result.title")}
TOLD = ("summary", "notice", "papers", "fees", "cases", "consultations")


@click.group("texts")
def group() -> None:
    """Texts for people."""


@group.command("check")
@json_option
def check_command(as_json: bool) -> None:
    """Tell which texts are not plain. JSON: `texts`, `findings` (place, rule, text)."""
    found = check()
    lines = [f"{place}: {f.rule}: {f.proposal}\n  {f.text}" for place, f in found]
    report = {
        "texts": len(list(all_texts())),
        "findings": [
            {"place": place, "rule": f.rule, "text": f.text, "proposal": f.proposal}
            for place, f in found
        ],
    }
    text = "\n".join([*lines, f"{len(found)} texts are not plain."])
    answer(report, text, as_json=as_json)
    if found:
        raise SystemExit(1)


def check() -> list[tuple[str, Finding]]:
    """List what is not plain, with its place; exceptions are left out."""
    content = rules_content()
    rules = {name: read_rules(content, name) for name in ("vi", "en")}
    accepted = {(e["rule"], e["text"]) for e in content["exceptions"]}
    seen = set()
    found = []
    for place, language, text in all_texts():
        for finding in findings(text, rules[language]):
            key = (finding.rule, finding.text, finding.proposal)
            if key[:2] not in accepted and key not in seen:
                seen.add(key)
                found.append((place, finding))
    return found


def idle_exceptions() -> list[str]:
    """List the exceptions that nothing needs any more."""
    content = rules_content()
    rules = {name: read_rules(content, name) for name in ("vi", "en")}
    broken = {
        (finding.rule, finding.text)
        for place, language, text in all_texts()
        for finding in findings(text, rules[language])
    }
    return [
        e["text"] for e in content["exceptions"] if (e["rule"], e["text"]) not in broken
    ]


def rules_content() -> Mapping[str, Any]:
    """Read words, numbers, abbreviations and exceptions."""
    loaded: Mapping[str, Any] = YAML(typ="safe").load(CONTENT.read_text("utf-8"))
    return loaded


def all_texts() -> Iterator[tuple[str, str, str]]:
    """Walk through all texts for people as (place, language, text)."""
    english = _english()
    for place, text in _interface():
        yield place, "vi", text
        if translated := english.get(text):
            yield place, "en", translated
    yield from _packs()


def _interface() -> Iterator[tuple[str, str]]:
    """Walk through the texts of citizens' pages and of all refusals."""
    for file in sorted(messages.SOURCES.rglob("*.py")):
        if _is_for_citizens(file):
            yield from _texts_of(file, file.read_text("utf-8"))
    for file in sorted((messages.SOURCES / "web/templates").rglob("*.html")):
        if file.parent.name not in OFFICERS_PAGES:
            yield from _texts_of(file, templatize(file.read_text("utf-8")))


def _is_for_citizens(file: Path) -> bool:
    place = file.relative_to(messages.SOURCES).parts
    if place[0] == "cli":
        return False
    return place[0] != "web" or not file.stem.startswith(OFFICERS_CODE)


def _texts_of(file: Path, python: str) -> Iterator[tuple[str, str]]:
    for found in messages.texts_in(python):
        for text in [found] if isinstance(found, str) else found:
            if isinstance(text, str) and text:
                yield str(file.relative_to(messages.SOURCES.parent)), text


def _english() -> dict[str, str]:
    known: dict[str, str] = {}
    for file in messages.catalogues():
        with file.open("rb") as source:
            for message in read_po(source):
                if isinstance(message.id, str) and isinstance(message.string, str):
                    known[message.id] = message.string
    return known


def _packs() -> Iterator[tuple[str, str, str]]:
    """Walk through what packs say to applicants, in both languages."""
    for file in sorted(Path(settings.TINHSO_PACKS).rglob("*.yaml")):
        folder = file.parent.name
        if folder not in PACK_FOLDERS or file.stem.endswith("_entry"):
            continue
        body = reader.plain(YAML(typ="safe").load(file.read_text("utf-8")))
        for path, label in _labels(body):
            if _is_told(folder, path):
                for language in ("vi", "en"):
                    yield f"{file.name}: {path}", language, label[language]


def _is_told(folder: str, path: str) -> bool:
    if folder != "procedures":
        return True
    return (folder, path) not in LEGAL_NAMES and path.startswith(TOLD)


def _labels(value: Any, path: str = "") -> Iterator[tuple[str, Mapping[str, str]]]:
    if isinstance(value, dict):
        if set(value) == {"vi", "en"} and isinstance(value["vi"], str):
            yield path, value
            return
        for key, inner in value.items():
            yield from _labels(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _labels(inner, f"{path}.{place}")
