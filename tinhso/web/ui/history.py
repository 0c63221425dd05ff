"""Two versions of an applicant's answers side by side."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext

from tinhso.procedures import queries
from tinhso.procedures.types import AnswerLine, AnswersVersion, Dossier, DossierFile
from tinhso.web.ui.phrases import language, said
from tinhso.web.ui.writing import moment


def compared(
    dossier: Dossier,
    versions: Sequence[AnswersVersion],
    chosen: Mapping[str, str],
    *,
    on: date,
) -> dict[str, Any]:
    """Lay two versions out line by line; the first and the last unless chosen."""
    known = {str(one.number): one for one in versions}
    left = known.get(chosen.get("truoc", ""), versions[0])
    right = known.get(chosen.get("sau", ""), versions[-1])
    rows = _rows(dossier, left, right, on)
    return {
        "versions": [{"value": k, "label": _name(v)} for k, v in known.items()],
        "left": str(left.number),
        "right": str(right.number),
        "left_name": _name(left),
        "right_name": _name(right),
        "rows": [row for row in rows if row["is_changed"] or row["why"]],
        "others": [row for row in rows if not (row["is_changed"] or row["why"])],
        "changed": sum(row["is_changed"] for row in rows),
    }


def _name(one: AnswersVersion) -> str:
    if one.until is None:
        return gettext("Lần {n}, từ {since} đến nay").format(
            n=one.number, since=moment(one.since)
        )
    return gettext("Lần {n}, từ {since} đến {until}").format(
        n=one.number, since=moment(one.since), until=moment(one.until)
    )


def _rows(
    dossier: Dossier, left: AnswersVersion, right: AnswersVersion, on: date
) -> list[dict[str, Any]]:
    before, after = _lines(dossier, left, on), _lines(dossier, right, on)
    reasons = dossier.supplement.reasons if dossier.supplement else {}
    sections = _sections(dossier)
    return [
        {
            **_row(before.get(key), after.get(key)),
            "section": sections.get(key[0], ""),
            "why": reasons.get(key[1], ""),
        }
        for key in dict.fromkeys((*before, *after))
    ]


def _sections(dossier: Dossier) -> dict[str, str]:
    """Name the section of each page: a name alone does not say whose it is."""
    return {
        page.key: said(section.title)
        for section in dossier.procedure.form.sections
        for page in section.pages
    }


# A line by the field it answers and, where fields repeat, the place of the entry.
Key = tuple[str, str, int]
Shown = tuple[str, str, tuple[DossierFile, ...]]


def _lines(dossier: Dossier, version: AnswersVersion, on: date) -> dict[Key, Shown]:
    lines = queries.read_back(
        form=dossier.procedure.form,
        answers=version.answers,
        on=on,
        language=language(),
        sources={},
    )
    return {_key(line): _shown(line, version) for line in lines}


def _key(line: AnswerLine) -> Key:
    return line.page.key, line.field.key, line.row or 0


def _shown(line: AnswerLine, version: AnswersVersion) -> Shown:
    label = said(line.field.label)
    files = tuple(f for f in version.files if str(f.file_id) in line.file_ids)
    return f"{label} ({line.row})" if line.row else label, line.value, files


def _row(before: Shown | None, after: Shown | None) -> dict[str, Any]:
    label = (after or before or ("",))[0]
    _, old, old_files = before or ("", "", ())
    _, new, new_files = after or ("", "", ())
    pairs = zip_longest(old_files, new_files)
    same_files = all(a and b and a.sha256 == b.sha256 for a, b in pairs)
    return {
        "label": label,
        "before": old,
        "after": new,
        "before_files": old_files,
        "after_files": new_files,
        "is_changed": old != new or not same_files,
    }
