"""The words of the catalogue (CPSV-AP: public service, channel, cost, evidence)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from tinhso.procedures.types.deadlines import Limit, SupplementPolicy
from tinhso.procedures.types.forms import EMPTY, Form, Label, Logic
from tinhso.procedures.types.workflow import Workflow


class Channel(StrEnum):
    """How a dossier comes in (NĐ 61/2018 Đ16)."""

    ONLINE = "online"
    COUNTER = "counter"
    POST = "post"


@dataclass(frozen=True, slots=True)
class Case:
    """A case ("trường hợp") of a procedure: who decides it, who takes it in.

    level: of the agencies that decide it; agency: the key of the only one that does,
    if it is always the same. receivers: levels of the one-stop desks that take it in
    for an agency that is always the same; otherwise the unit chosen takes it itself.
    """

    key: str
    title: Label
    level: str
    agency: str = ""
    receivers: tuple[str, ...] = ()

    @property
    def desks(self) -> tuple[str, ...]:
        """The levels of the desks among which an applicant chooses."""
        return self.receivers or (self.level,)


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """The legal time limit during one period; valid_to: first day it ends.

    cases: the only ones it holds for; empty for all.
    """

    limit: Limit
    valid_from: date
    valid_to: date | None
    source: str
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee during one period. amount: VND, no decimals, for one `unit`."""

    amount: int
    unit: str
    channels: tuple[Channel, ...]
    valid_from: date
    valid_to: date | None
    source: str
    is_uncertain: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper to hand in; field: the form field that takes its scan, if any."""

    key: str
    title: Label
    form: str
    copies: int
    field: str = ""
    note: Label = EMPTY


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A legal source with its number and the day it was issued."""

    number: str
    title: str
    issued_on: date | None


@dataclass(frozen=True, slots=True)
class UsualConsultation:
    """Whom a procedure always asks; agency: its key; when: a rule over answers."""

    agency: str
    question: Label
    limit: Limit
    when: Logic = True


@dataclass(frozen=True, slots=True)
class ResultKind:
    """What a procedure ends in.

    code: of the result catalogue, `KQ.G15.000031`; template: how it is written, empty
    if it is not written here;
    data: a rule for each datum of the template; officer_form: what the officer adds.
    """

    code: str
    title: Label
    template: str
    template_version: int
    series: str
    data: Mapping[str, Any]
    officer_form: Form | None


@dataclass(frozen=True, slots=True)
class ProcedureSummary:
    """A line of the catalogue.

    levels: of the agencies that receive it; is_ours: declared by a pack, so that it
    can be applied for here; otherwise it is known from the national catalogue.
    """

    code: str
    title: Label
    summary: Label
    field: str
    levels: tuple[str, ...]
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Procedure:
    """One version of a procedure, complete with the versions of all it uses."""

    code: str
    number: int
    title: Label
    summary: Label
    field: str
    level: str
    cases: tuple[Case, ...]
    audience: tuple[str, ...]
    channels: tuple[Channel, ...]
    time_limits: tuple[TimeLimit, ...]
    fees: tuple[Fee, ...]
    papers: tuple[Paper, ...]
    legal_basis: tuple[LegalBasis, ...]
    form: Form
    workflow: Workflow
    result: ResultKind
    supplement_policy: SupplementPolicy
    valid_from: date
    valid_to: date | None
    source: str
    consultations: tuple[UsualConsultation, ...] = ()

    def summarized(self) -> ProcedureSummary:
        """Write the line of the catalogue."""
        return ProcedureSummary(
            code=self.code,
            title=self.title,
            summary=self.summary,
            field=self.field,
            levels=(self.level,),
            is_ours=True,
        )

    def case(self, key: str) -> Case | None:
        """Find a case by its key; the only one has an empty key."""
        return next((case for case in self.cases if case.key == key), None)

    def limit_on(self, day: date, *, case: str = "") -> TimeLimit:
        """Find the time limit of a day and case; without a case, of the first.

        :raises LookupError: if the content has none for it.
        """
        case = case or (self.cases[0].key if self.cases else "")
        fitting = (t for t in self.time_limits if not t.cases or case in t.cases)
        found = next((t for t in fitting if _holds(t, day)), None)
        if found is None:
            raise LookupError(f"{self.code} has no time limit on {day}")
        return found

    def fees_on(self, day: date, *, channel: Channel) -> tuple[Fee, ...]:
        """List the fees of a day on a channel."""
        return tuple(
            fee
            for fee in self.fees
            if _holds(fee, day) and (not fee.channels or channel in fee.channels)
        )

    def fee_on(self, day: date, *, channel: Channel) -> int:
        """Add up what a dossier costs on a day, in VND; copies are paid apart."""
        fees = self.fees_on(day, channel=channel)
        return sum(fee.amount for fee in fees if fee.unit == "dossier")


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """Something that happens to people, with the procedures it may ask for."""

    key: str
    title: Label
    procedures: tuple[ProcedureSummary, ...]


@dataclass(frozen=True, slots=True)
class ServiceCatalogue:
    """Procedures as CPSV-AP, or a page of them.

    document: JSON-LD. own, imported: how many of each. next_after: the code the next
    page begins after; None at the end.
    """

    document: dict[str, Any]
    own: int
    imported: int
    next_after: str | None


def _holds(dated: TimeLimit | Fee, day: date) -> bool:
    return dated.valid_from <= day and (dated.valid_to is None or day < dated.valid_to)
