"""How many hand a dossier in at a counter, hour by hour, as the lake knows it."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from tinhso.foresight.types.urban import NobodyComes, Recorded
from tinhso.kernel.actor import SYSTEM
from tinhso.lake import queries as lake
from tinhso.lake.types import Limits

LIMITS = Limits(rows=10_000, seconds=30, memory=2**30, reads=2**33)
ASKED = """
SELECT acted_on, hour(acted_at), count(*) FROM procedures.dossier_acts
WHERE action = 'submit' AND channel = 'counter' AND receiver = '{agency}'
    AND acted_on BETWEEN DATE '{first}' AND DATE '{last}'
    AND is_synthetic = {made_up}
GROUP BY acted_on, hour(acted_at)
"""


def arrivals_of(asked: Recorded, *, made_up: bool) -> Mapping[int, float]:
    """Tell how many come in each hour of a day on which anybody came: {hour: people}.

    The agency's code was held against its form, so that it may stand in the question.

    :raises NobodyComes: if nobody did.
    """
    sql = ASKED.format(
        agency=asked.agency,
        first=date.fromisoformat(asked.first),
        last=date.fromisoformat(asked.last),
        made_up=str(made_up).upper(),
    )
    rows = lake.ask(sql=sql, limits=LIMITS, actor=SYSTEM).rows
    days = len({day for day, _, _ in rows})
    if not days:
        raise NobodyComes(agency=asked.agency, first=asked.first, last=asked.last)
    came: Counter[int] = Counter()
    for _, hour, people in rows:
        came[int(hour)] += people
    return {hour: people / days for hour, people in sorted(came.items())}
