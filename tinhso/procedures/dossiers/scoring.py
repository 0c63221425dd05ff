"""Points and classes of evaluations (TT 01/2018/TT-VPCP Đ13 and Đ15).

The points of the indices 1, 2, 3 and 9 follow summaries of the circular; its text was
not seen. Not verified: that index 8 of a dossier without a complaint is worth 2; that
index 9 goes by how the procedure is offered and came in; that officers are measured by
the indices 2, 3 and 7, with which the limits of Đ15 agree (out of 6). From 1 July
2025 another circular may hold; see domain notes on NĐ 118/2025.
"""

from collections.abc import Iterable, Mapping, Sequence

from tinhso.procedures.types.catalogue import Channel
from tinhso.procedures.types.evaluations import Fulfilment, Grade, Index
from tinhso.procedures.types.printed import Punctuality

POINTS = {Punctuality.EARLY: 2, Punctuality.ON_TIME: 1, Punctuality.LATE: 0}
OFFICER_INDICES = (Index.UNIT_TIME, Index.CONTACTS, Index.ATTITUDE)
# From how many points of 18 an agency has its class (Đ15), and of 6 an officer.
GRADES = (
    (15, Grade.EXCELLENT),
    (12, Grade.GOOD),
    (9, Grade.FAIR),
    (6, Grade.AVERAGE),
    (0, Grade.WEAK),
)
FULFILMENTS = ((5.0, Fulfilment.FULL), (3.5, Fulfilment.MOSTLY), (0, Fulfilment.BELOW))


def computed(
    *,
    total: Punctuality,
    steps: Iterable[Punctuality],
    supplements: int,
    channel: Channel,
    is_online: bool,
) -> dict[Index, int]:
    """Compute the indices that nobody is asked: time, contacts, online level.

    steps: of each unit that had the dossier; the worst of them counts.

    >>> early = Punctuality.EARLY
    >>> given = {"total": early, "steps": [early], "supplements": 1}
    >>> computed(**given, channel=Channel.COUNTER, is_online=True)[Index.CONTACTS]
    1
    """
    worst = min((POINTS[step] for step in steps), default=POINTS[total])
    return {
        Index.TOTAL_TIME: POINTS[total],
        Index.UNIT_TIME: worst,
        Index.CONTACTS: max(0, 2 - supplements),
        Index.ONLINE: (2 if channel is Channel.ONLINE else 1) if is_online else 0,
    }


def mean(totals: Sequence[int]) -> float:
    """Average points to one decimal, halves up, as Đ15 writes results.

    >>> mean([14, 15, 15, 15])
    14.8
    """
    return (2 * sum(totals) * 10 // len(totals) + 1) // 2 / 10


def grade(points: float) -> Grade:
    """Class an agency by its mean of at most 18 points."""
    return next(grade for least, grade in GRADES if points >= least)


def fulfilment(points: float) -> Fulfilment:
    """Class an officer by their mean of at most 6 points."""
    return next(one for least, one in FULFILMENTS if points >= least)


def officer_points(scores: Mapping[Index, int]) -> int:
    """Add up what an officer answers for."""
    return sum(scores[index] for index in OFFICER_INDICES)
