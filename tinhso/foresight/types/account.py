"""The words of the digital-economy account: methods, shares, tables, estimates.

Two official methods measure the digital economy and do not measure the same: that of
the statistics office (Circular 13/2021/TT-BKHĐT) and that of the ministry (KTS ICT,
platforms, sectors). Each value carries its method; two of different methods are never
one series, and never added.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from tinhso.foresight.types.account_refusals import MethodsDiffer
from tinhso.indicators.types import Period


class Method(StrEnum):
    """By which method a value was made.

    STATISTICS_OFFICE: core industries and the digitalised share of the others;
    MINISTRY: ICT, platforms and sectors; UNSTATED: the document does not say how.
    """

    STATISTICS_OFFICE = "statistics_office"
    MINISTRY = "ministry"
    UNSTATED = "unstated"


class Through(StrEnum):
    """By which coefficients digital inputs count: direct ones, or all upstream."""

    DIRECT = "direct"
    LEONTIEF = "leontief"


class Quotient(StrEnum):
    """How a national table is brought to a province."""

    SIMPLE = "simple"
    CROSS_INDUSTRY = "cross_industry"
    FLEGG = "flegg"


class InputKind(StrEnum):
    """What is uploaded.

    VALUE_ADDED: GRDP and value added by VSIC-2; COMPONENTS: the ministry's three;
    IO_TABLE: the nation's; E_INVOICES: totals by quarter; FIRMS: counts by VSIC-2.
    """

    VALUE_ADDED = "value_added"
    COMPONENTS = "components"
    IO_TABLE = "io_table"
    E_INVOICES = "e_invoices"
    FIRMS = "firms"


@dataclass(frozen=True, slots=True)
class Amount:
    """Value added of the digital economy, by one method. value: billion VND."""

    method: Method
    value: float

    def __add__(self, other: "Amount") -> "Amount":
        """Add an amount of the same method.

        :raises MethodsDiffer: if it was made by another method.
        """
        if other.method is not self.method:
            raise MethodsDiffer(one=self.method.value, other=other.method.value)
        return Amount(self.method, self.value + other.value)


@dataclass(frozen=True, slots=True)
class Share:
    """What a document states: the digital economy in percent of the whole.

    place: `vn` or the key of a province; vintage: "" of the newest release, else the
    name of the one it stood in. is_estimate: the document says it is one.
    """

    method: Method
    place: str
    period: Period
    value: float
    source: str
    vintage: str = ""
    is_estimate: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class ShareSeries:
    """Shares of one method, place and vintage, the oldest first."""

    method: Method
    place: str
    vintage: str
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Absent:
    """A value that no document states; it stays blank, and this says so."""

    method: Method
    place: str
    period: Period
    why: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A number of the whole economy that a document states.

    key: `grdp` (billion VND, current prices), `grdp_growth` (percent, constant prices),
    `manufacturing_share` (percent of GRDP). is_about: its source says "about", "over".
    """

    key: str
    place: str
    period: Period
    value: float
    unit: str
    source: str
    is_about: bool = False
    is_estimate: bool = False


@dataclass(frozen=True, slots=True)
class CoreIndustry:
    """An industry all of which is digital. code: VSIC 2018, of two to four digits.

    is_certain: the source was seen; otherwise it is to be checked before use.
    """

    code: str
    vi: str
    en: str
    source: str
    is_certain: bool

    @property
    def is_division(self) -> bool:
        """Tell whether value added by VSIC-2 can hold it apart."""
        return len(self.code) == 2


@dataclass(frozen=True, slots=True)
class Declared:
    """What a pack declares of the account of a province."""

    key: str
    vi: str
    en: str
    province: str
    places: Mapping[str, tuple[str, str]]
    shares: Sequence[Share]
    absent: Sequence[Absent]
    facts: Sequence[Fact]
    core: Sequence[CoreIndustry]
    share_indicator: str
    manufacturing_indicator: str


@dataclass(frozen=True, slots=True)
class IoTable:
    """An input-output table of one year; codes: VSIC-2, in order.

    flows: (n, n), billion VND, row i is what i delivers to the industry of the column;
    value_added, output: (n,), billion VND.
    """

    codes: tuple[str, ...]
    flows: Sequence[Sequence[float]]
    value_added: Sequence[float]
    output: Sequence[float]


@dataclass(frozen=True, slots=True)
class IndustryPart:
    """How much of an industry's value added is digital. share: 0 to 1."""

    code: str
    value_added: float
    share: float
    is_core: bool

    @property
    def digital(self) -> float:
        """Tell the digital value added, billion VND."""
        return self.value_added * self.share


@dataclass(frozen=True, slots=True)
class OfficeAccount:
    """The account by the statistics office's method; billion VND and percent."""

    core: Amount
    other: Amount
    grdp: float
    industries: tuple[IndustryPart, ...]

    @property
    def total(self) -> Amount:
        """Add core and digitalised value added up."""
        return self.core + self.other

    @property
    def share(self) -> float:
        """Tell the share in percent of GRDP."""
        return 100 * self.total.value / self.grdp


@dataclass(frozen=True, slots=True)
class MinistryAccount:
    """The account by the ministry's three components; billion VND and percent."""

    ict: Amount
    platform: Amount
    sector: Amount
    grdp: float

    @property
    def total(self) -> Amount:
        """Add the three components up."""
        return self.ict + self.platform + self.sector

    @property
    def share(self) -> float:
        """Tell the share in percent of GRDP."""
        return 100 * self.total.value / self.grdp


@dataclass(frozen=True, slots=True)
class Settings:
    """How a share is worked out by the statistics office's method.

    spread: how uncertain a coefficient is, as its relative standard deviation.
    """

    through: Through = Through.DIRECT
    quotient: Quotient = Quotient.SIMPLE
    delta: float = 0.3
    spread: float = 0.2
    members: int = 1_000
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Range:
    """Quantiles of a share in percent, where coefficients are uncertain.

    cut: how many drawn coefficients of digital inputs had to be held at 1.
    """

    low: float
    middle: float
    high: float
    members: int
    seed: int
    cut: int


@dataclass(frozen=True, slots=True)
class Nowcast:
    """Quarters of an annual series, by Chow and Lin.

    quarters: (4 years + those begun,), adding up to the years; rho: of the errors, one
    quarter on; beta: level and slope on the indicator.
    """

    quarters: tuple[float, ...]
    rho: float
    beta: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Quarterly:
    """Digital value added by quarter, worked out here; always an estimate.

    quarters: (period, billion VND), the oldest first; known_to: the last year that is
    not carried on; years: (year, percent, billion VND) they add up to; inputs: digests
    of what they stand on; source: of the indicator.
    """

    method: Method
    quarters: tuple[tuple[Period, float], ...]
    known_to: int
    years: tuple[tuple[int, float, float], ...]
    rho: float
    beta: tuple[float, float]
    inputs: tuple[str, ...]
    source: str
    made_up: bool


@dataclass(frozen=True, slots=True)
class Growth:
    """A way in which GRDP grew; rate: percent a year; facts: what it stands on."""

    name: str
    rate: float
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Needed:
    """How fast digital value added must grow, percent a year, as GRDP grows."""

    growth: Growth
    rate: float


@dataclass(frozen=True, slots=True)
class ShareGap:
    """From a share that was known to the one that is promised.

    plan, target: keys of the target; goal: percent; source: of the promise. years:
    between the two; times: how often the share must become larger.
    """

    plan: str
    target: str
    start: Share
    goal: float
    due: Period
    source: str
    years: int
    times: float
    needed: tuple[Needed, ...]


@dataclass(frozen=True, slots=True)
class ManufacturingGap:
    """What manufacturing must give of the promised share.

    plan, target: keys of the target; goal: the promised share, percent of GRDP.
    low, high: percent of the digital economy; low_of_grdp, high_of_grdp: percent of
    GRDP; low_of_all, high_of_all: percent of all manufacturing value added.
    """

    plan: str
    target: str
    low: float
    high: float
    goal: float
    due: Period
    source: str
    fact: Fact
    low_of_grdp: float
    high_of_grdp: float
    low_of_all: float
    high_of_all: float


@dataclass(frozen=True, slots=True)
class Gaps:
    """The arithmetic beside the targets, those due first first.

    A target is left out that is reached, or where a number it needs is not known.
    """

    shares: tuple[ShareGap, ...]
    manufacturing: tuple[ManufacturingGap, ...]


@dataclass(frozen=True, slots=True)
class InputVersion:
    """A workbook that was taken in; later versions of the same never change it.

    digest: SHA-256 of what was read; taken_by: name; made_up: of made-up data.
    """

    kind: InputKind
    place: str
    period: str
    version: int
    digest: str
    source: str
    taken_by: str
    taken_at: datetime
    made_up: bool
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share worked out here; always an estimate, never an official value.

    settings: how it was worked out; inputs: digests of all it stands on.
    """

    method: Method
    place: str
    period: str
    share: float
    range: Range | None
    settings: Mapping[str, Any]
    details: Mapping[str, Any]
    inputs: tuple[str, ...]
    made_at: datetime
    made_up: bool


@dataclass(frozen=True, slots=True)
class Account:
    """All that is known of the digital economy of a province.

    quarters: of the methods of which enough years are known.
    """

    declared: Declared
    series: tuple[ShareSeries, ...]
    gaps: Gaps
    inputs: tuple[InputVersion, ...]
    estimates: tuple[Estimate, ...]
    quarters: tuple[Quarterly, ...]
