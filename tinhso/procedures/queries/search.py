"""Find procedures as people type: without marks, with errors, by what has happened."""

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from difflib import SequenceMatcher
from functools import reduce
from operator import and_
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db.models import Case, F, Func, IntegerChoices, Q, QuerySet, Value, When

from tinhso.kernel.text import fold
from tinhso.procedures.models import (
    LifeEventsVersion,
    NationalVersion,
    ProcedureVersion,
)
from tinhso.procedures.queries.versions import procedure_version
from tinhso.procedures.types import Channel, Label, LifeEvent, ProcedureSummary

# Below this, what trigrams call similar is not what people meant.
LEAST_SIMILARITY = 0.5
# A word of a life event may hold one wrong letter in five.
LEAST_LIKENESS = 0.8
MOST_FOUND = 50
# Of ours, what holds the letters typed most closely goes first; else by code.
OURS = ("-likeness", "code")


class Fit(IntegerChoices):
    """How well a procedure fits what was typed."""

    NEARLY = 1  # with wrong letters
    WORDS = 2
    PHRASE = 3


def search_procedures(
    *, text: str, on: date, also_similar: bool = True
) -> tuple[ProcedureSummary, ...]:
    """Find procedures that fit a text, best first; for none, those of the province.

    Similar words count only where no whole ones fit. Of what fits alike, what can be
    applied for here goes first, then what communes do, the province, and ministries.
    """
    folded = " ".join(fold(text).split())
    own = listed(on)
    if not folded:
        return tuple(_own(row) for row in own[:MOST_FOUND])
    foreign = _national(own.values_list("code", flat=True)).annotate(
        far=Case(
            When(body__levels__contains=["commune"], then=Value(0)),
            When(body__levels=["ministry"], then=Value(2)),
            default=Value(1),
        )
    )
    found = [(row.fit, _own(row)) for row in _fitting(own, folded, *OURS)]
    found += [(row.fit, _foreign(row)) for row in _fitting(foreign, folded, "far")]
    # What is only similar is a guess; nobody needs it beside what fits.
    least = Fit.WORDS if any(fit >= Fit.WORDS for fit, _ in found) else Fit.NEARLY
    if not also_similar:
        least = Fit.WORDS
    fitting = [each for each in found if each[0] >= least]
    fitting.sort(key=lambda each: -each[0])  # stable: ours stay before the others
    return tuple(summary for _, summary in fitting[:MOST_FOUND])


def find_life_events(*, text: str, on: date) -> tuple[LifeEvent, ...]:
    """Find the life events a text names, each with the procedures known here."""
    folded = fold(text)
    named = [event for event in _events() if folded and _names(event, folded)]
    codes = {code for event in named for code in event["procedures"]}
    known = _summaries(codes, on)
    return tuple(
        LifeEvent(
            key=event["key"],
            title=Label(**event["title"]),
            procedures=tuple(known[c] for c in event["procedures"] if c in known),
        )
        for event in named
    )


def _summaries(codes: Collection[str], on: date) -> dict[str, ProcedureSummary]:
    own = listed(on).filter(code__in=codes)
    known = {row.code: _own(row) for row in own}
    others = _national(known).filter(code__in=codes)
    return known | {row.code: _foreign(row) for row in others}


def _events() -> Iterator[dict[str, Any]]:
    newest = LifeEventsVersion.objects.order_by("key", "-number").distinct("key")
    return (event for row in newest for event in row.body["events"])


def _names(event: dict[str, Any], folded: str) -> bool:
    """Tell whether a text holds one of an event's words, or nearly so."""
    return any(_alike(fold(word), folded) for word in event["words"])


def _alike(word: str, folded: str) -> bool:
    if f" {word} " in f" {folded} ":
        return True
    return SequenceMatcher(None, word, folded).ratio() >= LEAST_LIKENESS


def listed(on: date) -> QuerySet[ProcedureVersion]:
    """Select the versions in force on a day that everybody may know, by code."""
    return in_force(on).exclude(body__channels=[Channel.INTERNAL])


def in_force(on: date) -> QuerySet[ProcedureVersion]:
    """Select the versions in force on a day, by code."""
    newest = (
        ProcedureVersion.objects.filter(valid_from__lte=on, is_adopted=False)
        .order_by("code", "-number")
        .distinct("code")
    )
    return ProcedureVersion.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=on), pk__in=newest.values("pk")
    ).order_by("code")


def _national(without: Iterable[str]) -> QuerySet[NationalVersion]:
    return NationalVersion.objects.filter(is_newest=True).exclude(
        code__in=list(without)
    )


def _fitting(rows: QuerySet[Any], folded: str, *nearest: str) -> QuerySet[Any]:
    """Keep what fits, the best first; `folded` is code, title and more, by ` | `."""
    words = [Q(folded__regex=rf"\m{re.escape(one)}\M") for one in folded.split()]
    phrase = Q(folded__regex=rf"\m{re.escape(folded)}\M")
    title = Func(F("folded"), Value(" | "), Value(2), function="split_part")
    fitting: QuerySet[Any] = rows.annotate(
        likeness=TrigramWordSimilarity(folded, "folded"),
        closeness=TrigramSimilarity(title, folded),
        fit=Case(
            When(phrase, then=Value(Fit.PHRASE)),
            When(reduce(and_, words), then=Value(Fit.WORDS)),
            When(likeness__gte=LEAST_SIMILARITY, then=Value(Fit.NEARLY)),
            default=Value(0),
        ),
    )
    best = fitting.filter(fit__gt=0).order_by("-fit", *nearest, "-closeness", "code")
    return best[:MOST_FOUND]


def _own(row: ProcedureVersion) -> ProcedureSummary:
    return procedure_version(row.pk).summarized()


def _foreign(row: NationalVersion) -> ProcedureSummary:
    # The national catalogue is in Vietnamese only.
    return ProcedureSummary(
        code=row.code,
        title=Label(row.body["title"], row.body["title"]),
        summary=Label("", ""),
        field=row.body["field"],
        levels=tuple(row.body["levels"]),
        is_ours=False,
    )
