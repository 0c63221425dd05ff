"""Put questions to other agencies, as an officer wrote them down."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import N_, Phrase
from tinhso.kernel.text import clean
from tinhso.people import queries as people
from tinhso.procedures.deadlines.working_time import day_of
from tinhso.procedures.models import ConsultationRow, DossierRow
from tinhso.procedures.queries.rows import read_limit
from tinhso.procedures.queries.versions import calendar_of, working_time
from tinhso.procedures.types import AnswersInvalid, Limit, LimitUnit

MOST_QUESTIONS = 10
_WHOLE = re.compile(r"[1-9][0-9]{0,2}")


def ask(
    row: DossierRow, data: Mapping[str, Any], actor: Actor, at: datetime
) -> datetime:
    """Write questions down and open the first, or all; answer when the last is due.

    data: `questions`, each with organization_id, question, amount and unit of its time
    limit; `in_order`: whether one waits for the answer of the one before.

    :raises AnswersInvalid: with what is wrong with which question.
    """
    in_order = data.get("in_order") in (True, "1", "yes")
    rows = _read(row, data.get("questions", ()), in_order, actor, at)
    latest = at
    for each in rows:
        if not in_order or each is rows[0]:
            open_consultation(each, at)
        # What comes later in turn is due at the earliest after what comes before.
        latest = max(latest, _due(each, latest if in_order else at))
    ConsultationRow.objects.bulk_create(rows)
    return latest


def end_consultations(row: DossierRow, at: datetime) -> None:
    """Stop waiting: what was not answered stays on record as not answered."""
    row.consultations.filter(ended_at=None).update(ended_at=at)


def open_consultation(row: ConsultationRow, at: datetime) -> None:
    """Start the clock of a question, in the working time of the agency asked."""
    row.opened_at, row.due_at = at, _due(row, at)


def _due(row: ConsultationRow, at: datetime) -> datetime:
    agency = people.get_organization(organization_id=row.organization_id)
    limit = read_limit(row.limit)
    assert limit is not None  # noqa: S101 - every question has one
    return working_time(calendar_of(agency.code), at).due(at, limit)


def _read(
    row: DossierRow,
    given: Sequence[Mapping[str, Any]],
    in_order: bool,
    actor: Actor,
    at: datetime,
) -> list[ConsultationRow]:
    rows, faults = [], dict[str, list[str]]()
    for place, each in enumerate(given[:MOST_QUESTIONS]):
        read, wrong = _question(row, each, at)
        faults.update({f"questions.{place}.{key}": why for key, why in wrong.items()})
        if not wrong:
            turn = place + 1 if in_order else 0
            asked = {"asked_by": actor.name, "asked_at": at, "place": turn}
            rows.append(ConsultationRow(dossier=row, **read, **asked))
    if faults:
        raise AnswersInvalid(faults)
    if not rows:
        none = Phrase(N_("Hãy chọn ít nhất một cơ quan để lấy ý kiến."))
        raise AnswersInvalid({"questions.0.organization_id": [none]})
    return rows


def _question(
    row: DossierRow, given: Mapping[str, Any], at: datetime
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    faults: dict[str, list[str]] = {}
    agency_id = _agency(row, str(given.get("organization_id", "")), at)
    if agency_id is None:
        faults["organization_id"] = [Phrase(N_("Hãy chọn cơ quan khác để hỏi."))]
    question = clean(str(given.get("question", "")))
    if not question:
        faults["question"] = [Phrase(N_("Hãy viết nội dung cần cho ý kiến."))]
    limit = _limit(given)
    if limit is None:
        faults["amount"] = [Phrase(N_("Hãy nhập thời hạn trả lời, từ 1 đến 999."))]
    stored = asdict(limit) if limit else {}
    return {
        "organization_id": agency_id,
        "question": question[:2000],
        "limit": stored,
    }, faults


def _agency(row: DossierRow, text: str, at: datetime) -> UUID | None:
    try:
        found = people.find_receiver(organization_id=UUID(text))
    except ValueError:
        return None
    is_other = found is not None and found.id != row.organization_id
    return found.id if found and is_other and found.is_there(on=day_of(at)) else None


def _limit(given: Mapping[str, Any]) -> Limit | None:
    amount, unit = str(given.get("amount", "")).strip(), given.get("unit", "")
    if not _WHOLE.fullmatch(amount) or unit not in set(LimitUnit):
        return None
    return Limit(int(amount), LimitUnit(unit))
