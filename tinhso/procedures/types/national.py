"""The words of the national catalogue of procedures, as it is published."""

from dataclasses import dataclass
from enum import StrEnum

from tinhso.procedures.types.catalogue import Channel, LegalBasis


class StatedUnit(StrEnum):
    """The units of time the national catalogue writes."""

    WORKING_DAYS = "working_days"
    DAYS = "days"
    HOURS = "hours"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class StatedLimit:
    """A time limit as the catalogue states it; amount: halves occur."""

    amount: float
    unit: StatedUnit


@dataclass(frozen=True, slots=True)
class StatedFee:
    """A fee as the catalogue states it; amount: 0 is free; currency: VND or USD."""

    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Way:
    """One way to hand in, with its time limit and fee (CPSV-AP: channel and cost).

    limit, fee: None if nothing is stated or it was not understood; then the text
    as it was published stands in limit_text or fee_text. note: what the catalogue
    adds in words, the conditions of the fee first.
    """

    channel: Channel
    limit: StatedLimit | None
    limit_text: str
    fee: StatedFee | None
    fee_text: str
    note: str


@dataclass(frozen=True, slots=True)
class NationalPaper:
    """A paper to hand in: how many originals and copies, in which case."""

    case: str
    title: str
    originals: int
    copies: int
    template_file: str


@dataclass(frozen=True, slots=True)
class NationalResult:
    """A result with its code in the catalogue of results, `KQ.G15.000031`."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class NationalProcedure:
    """A procedure of the national catalogue.

    levels: ministry, province, commune, other; audience: as the catalogue names it;
    decision: of the ministry that published it.
    """

    code: str
    title: str
    field: str
    levels: tuple[str, ...]
    audience: tuple[str, ...]
    agencies: tuple[str, ...]
    ways: tuple[Way, ...]
    papers: tuple[NationalPaper, ...]
    legal_basis: tuple[LegalBasis, ...]
    results: tuple[NationalResult, ...]
    steps: str
    conditions: str
    decision: str


class NotUnderstoodReason(StrEnum):
    """Why a part of the catalogue was not understood."""

    NOT_JSON = "not_json"
    NO_CODE = "no_code"
    NO_TITLE = "no_title"
    CODE_TWICE = "code_twice"
    UNKNOWN_LEVEL = "unknown_level"
    NO_WAYS = "no_ways"
    NUMBER_WITHOUT_UNIT = "number_without_unit"
    LIMIT_IN_WORDS = "limit_in_words"
    NUMBERS_RUN_TOGETHER = "numbers_run_together"
    FEE_TOO_SMALL = "fee_too_small"
    FEE_IN_WORDS = "fee_in_words"


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """A part nobody guessed at; line: in the file, from 1; text: its beginning."""

    line: int
    code: str
    field: str
    reason: NotUnderstoodReason
    text: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came of reading a catalogue.

    stated: lines that name a time limit with a unit, or a fee; a number whose unit
    neither the line nor the procedure's own text shows states no time limit, and is
    counted in numbers_without_unit.
    """

    read: int
    imported: int
    unchanged: int
    time_limits_stated: int
    time_limits_parsed: int
    fees_stated: int
    fees_parsed: int
    numbers_without_unit: int
    not_understood: tuple[NotUnderstood, ...]
