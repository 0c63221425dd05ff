"""Index sets: what is scored, up to how many points, and by which rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tinhso.indicators.types.measures import Period
from tinhso.kernel.errors import N_, NotFound, Phrase

# A share of a maximum has four digits, as the national ranking writes it.
FOUR_DIGITS = Decimal("0.0001")
WHOLE, NOTHING = Decimal(1), Phrase("")


class Measured(StrEnum):
    """Whom an index set measures."""

    PROVINCE = "province"
    AGENCY = "agency"
    COMMUNE = "commune"


class RuleKind(StrEnum):
    """How a figure becomes points.

    RATIO: min(a ÷ b ÷ target, 1) × maximum. STEPPED: by the highest step reached.
    YES_NO: all or nothing. POINTS: given by who assesses. COMPUTED: a ratio that the
    platform counts itself.
    """

    RATIO = "ratio"
    STEPPED = "stepped"
    YES_NO = "yes_no"
    POINTS = "points"
    COMPUTED = "computed"


@dataclass(frozen=True, slots=True)
class Step:
    """From which figure on there are how many points."""

    at_least: Decimal
    points: Decimal


@dataclass(frozen=True, slots=True)
class ScoreRule:
    """The rule of a criterion. target: a share, 1 for 100 %. comes_from: the count of
    the platform behind a computed value; numerator, denominator: what a and b count.
    """

    kind: RuleKind
    target: Decimal = WHOLE
    steps: tuple[Step, ...] = ()
    comes_from: str = ""
    numerator: Phrase = NOTHING
    denominator: Phrase = NOTHING


@dataclass(frozen=True, slots=True)
class Criterion:
    """What is scored. note: what is uncertain about it, "" where nothing is."""

    key: str
    number: str
    title: Phrase
    maximum: Decimal
    rule: ScoreRule
    needs_evidence: bool
    note: Phrase = NOTHING


@dataclass(frozen=True, slots=True)
class Unaccounted:
    """Points of criteria whose text was not found. criteria: how many, None unknown."""

    points: Decimal
    criteria: int | None
    why: Phrase


@dataclass(frozen=True, slots=True)
class MainIndex:
    """A main index, or a group. criteria: those that are known."""

    key: str
    number: str
    title: Phrase
    maximum: Decimal
    criteria: tuple[Criterion, ...]
    unaccounted: Unaccounted | None
    needs_evidence: bool
    note: Phrase = NOTHING

    @property
    def items(self) -> tuple[Criterion, ...]:
        """List what can be scored: the criteria, or the index as a whole.

        An index of which no criterion is known is scored by its sum; one that counts
        nothing is not scored.
        """
        if self.criteria or not self.maximum:
            return self.criteria
        rule = ScoreRule(RuleKind.POINTS)
        whole = (self.key, self.number, self.title, self.maximum, rule)
        return (Criterion(*whole, self.needs_evidence, self.note),)


@dataclass(frozen=True, slots=True)
class PillarSum:
    """A weighted sum over main indices. weights: points by key of the index."""

    key: str
    title: Phrase
    maximum: Decimal
    weights: Mapping[str, Decimal]
    note: Phrase = NOTHING


@dataclass(frozen=True, slots=True)
class Band:
    """What it is called to have at least so many points."""

    at_least: Decimal
    title: Phrase


@dataclass(frozen=True, slots=True)
class IndexSet:
    """An index set as a pack declares it. content_version: of the pack's content.

    version: of its author. valid_to: the first day on which it is no longer used.
    """

    key: str
    content_version: int
    title: Phrase
    version: str
    act: str
    signed_on: date
    valid_from: date
    valid_to: date | None
    caution: Phrase
    measures: Measured
    maximum: Decimal
    indices: tuple[MainIndex, ...]
    pillars: tuple[PillarSum, ...]
    bands: tuple[Band, ...]

    @property
    def items(self) -> Mapping[str, Criterion]:
        """List all that can be scored, by key."""
        return {one.key: one for index in self.indices for one in index.items}

    @property
    def known(self) -> Decimal:
        """Sum up the points of what can be scored."""
        return sum((one.maximum for one in self.items.values()), Decimal())


@dataclass(frozen=True, slots=True)
class Total:
    """Points of several criteria, and how complete they are.

    maximum: of all of them, what is unaccounted included. known: of those that can be
    scored; of: of those that have a value. items, scored: how many criteria.
    """

    points: Decimal
    of: Decimal
    known: Decimal
    maximum: Decimal
    scored: int
    items: int

    @property
    def is_complete(self) -> bool:
        """Tell whether each criterion that counts has a value, and all are known."""
        return self.scored == self.items and self.known == self.maximum

    @property
    def share(self) -> Decimal | None:
        """Tell the share of the maximum in four digits; None while incomplete."""
        if not self.is_complete or not self.maximum:
            return None
        return (self.points / self.maximum).quantize(FOUR_DIGITS)


@dataclass(frozen=True, slots=True)
class PublishedScore:
    """What a document states of a unit in a period; shares have four digits.

    computed: what follows from the values by the formulas of the set, by pillar and
    `total`; it may differ by one in the last digit, since values are rounded, too.
    """

    set_key: str
    unit: str
    period: Period
    source: str
    values: Mapping[str, Decimal]
    pillar_values: Mapping[str, Decimal]
    pillar_points: Mapping[str, Decimal]
    total: Decimal | None
    rank: int | None
    computed: Mapping[str, Decimal]
    note: Phrase = NOTHING


@dataclass(frozen=True, slots=True)
class LeagueLine:
    """A place in a league table; rank: shared by those who are even, None without."""

    rank: int | None
    name: str
    total: Total


Entries = Sequence[tuple[str, Total]]


class IndexSetUnknown(NotFound):
    """No pack declares such an index set."""

    message = N_("Không có bộ chỉ số nào tên là {key}.")


class CriterionUnknown(NotFound):
    """The index set has no such criterion."""

    message = N_("Bộ chỉ số không có tiêu chí này.")
