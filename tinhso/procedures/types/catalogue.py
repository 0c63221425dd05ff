"""The words of the catalogue (CPSV-AP: public service, channel, cost, evidence)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from tinhso.procedures.types.deadlines import Limit, LimitUnit, SupplementPolicy
from tinhso.procedures.types.forms import EMPTY, Form, Label, Logic
from tinhso.procedures.types.workflow import Workflow


class Channel(StrEnum):
    """How a dossier comes in (NĐ 61/2018 Đ16).

    INTERNAL: from one agency to another, through no door; people cannot.
    """

    ONLINE = "online"
    COUNTER = "counter"
    POST = "post"
    INTERNAL = "internal"


# The ways in which people hand in.
PUBLIC_CHANNELS = (Channel.ONLINE, Channel.COUNTER, Channel.POST)


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
    is_uncertain: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """What a unit costs beyond the first `above` of them, in VND."""

    above: int
    amount: int


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee during one period. amount: VND, no decimals, for one `unit`.

    title, when: the case it is for, in words and as a rule over `answers`. quantity:
    a rule for the number of units; beyond: cheaper or dearer units after the first;
    ceiling: the most these cost, in VND; times: a rule for how often that is paid.
    A fee per copy of a paper with pages is `unit: page`, `times` the copies.
    """

    amount: int
    unit: str
    channels: tuple[Channel, ...]
    valid_from: date
    valid_to: date | None
    source: str
    is_uncertain: bool = False
    title: Label = EMPTY
    when: Logic = True
    quantity: Logic = 1
    beyond: tuple[Band, ...] = ()
    ceiling: int | None = None
    times: Logic = 1

    def price(self, quantity: int) -> int:
        """Price a number of units, in VND, no more than the ceiling.

        >>> most = {"beyond": (Band(2, 1000),), "ceiling": 200_000}
        >>> page = Fee(2000, "page", (), date(2025, 7, 1), None, "TT 226/2016", **most)
        >>> page.price(3), page.price(500)
        (5000, 200000)
        """
        amounts = [Band(0, self.amount), *self.beyond]
        ends = [band.above for band in self.beyond] + [quantity]
        total = sum(
            band.amount * max(0, min(end, quantity) - band.above)
            for band, end in zip(amounts, ends, strict=True)
        )
        return total if self.ceiling is None else min(total, self.ceiling)


@dataclass(frozen=True, slots=True)
class Charge:
    """A fee as one dossier pays it: so many units, so many times, VND in all."""

    fee: Fee
    quantity: int
    times: int
    amount: int


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper to hand in.

    field: the form field that takes its scan, if any; when: a rule over `answers`
    that tells whether it is needed.
    """

    key: str
    title: Label
    form: str
    copies: int
    field: str = ""
    note: Label = EMPTY
    when: Logic = True


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
class Validity:
    """How long papers hold that are issued during one period; in days or months."""

    limit: Limit
    valid_from: date
    valid_to: date | None
    source: str


@dataclass(frozen=True, slots=True)
class ResultKind:
    """What a procedure ends in.

    code: of the result catalogue, `KQ.G15.000031`; template: how it is written, empty
    if it is not written here;
    data: a rule for each datum of the template; officer_form: what the officer adds.
    validities: how long it holds, dated; empty if it never expires.
    """

    code: str
    title: Label
    template: str
    template_version: int
    series: str
    data: Mapping[str, Any]
    officer_form: Form | None
    validities: tuple[Validity, ...] = ()

    def validity_on(self, day: date) -> Validity | None:
        """Find how long a paper holds that is issued on a day; None for ever."""
        return next((one for one in self.validities if _holds(one, day)), None)


@dataclass(frozen=True, slots=True)
class ProcedureSummary:
    """A line of the catalogue.

    levels: of the agencies that receive it; is_ours: declared by a pack, so that it
    can be applied for here; otherwise it is known from the national catalogue;
    is_online: here, without going to the counter.
    """

    code: str
    title: Label
    summary: Label
    field: str
    levels: tuple[str, ...]
    is_ours: bool
    is_online: bool = False


# Until when an agency may return a dossier to be completed (NĐ 61/2018 Đ19.4).
RETURN_LIMIT = Limit(3, LimitUnit.WORKING_DAYS)


@dataclass(frozen=True, slots=True)
class Procedure:
    """One version of a procedure, complete with the versions of all it uses.

    is_adopted: made of the national catalogue for the counter, where a clerk may state
    what that leaves open.
    """

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
    notice: Label = EMPTY
    supplement_within: Limit = RETURN_LIMIT
    consultations: tuple[UsualConsultation, ...] = ()
    is_adopted: bool = False

    @property
    def is_our_own(self) -> bool:
        """Tell whether the nation knows none of the kind; its reports do not count it.

        Such codes begin with 0.
        """
        return self.code.startswith("0.")

    @property
    def is_internal(self) -> bool:
        """Tell whether it goes between agencies only: nobody is told of it outside."""
        return self.channels == (Channel.INTERNAL,)

    @property
    def is_online(self) -> bool:
        """Tell whether it can be applied for online."""
        return Channel.ONLINE in self.channels

    def summarized(self) -> ProcedureSummary:
        """Write the line of the catalogue."""
        return ProcedureSummary(
            code=self.code,
            title=self.title,
            summary=self.summary,
            field=self.field,
            levels=(self.level,),
            is_ours=True,
            is_online=self.is_online,
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

    def fees_on(self, day: date, *, channel: Channel | None = None) -> tuple[Fee, ...]:
        """List the fees of a day, on one channel or on all."""
        return tuple(
            fee
            for fee in self.fees
            if _holds(fee, day)
            and (channel is None or not fee.channels or channel in fee.channels)
        )


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


def _holds(dated: TimeLimit | Fee | Validity, day: date) -> bool:
    return dated.valid_from <= day and (dated.valid_to is None or day < dated.valid_to)
