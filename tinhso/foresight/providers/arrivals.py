"""How many hand a dossier in at a counter, hour by hour, as the lake knows it."""

from collections.abc import Mapping
from datetime import date

from tinhso.foresight.types.urban import NobodyComes, Recorded
from tinhso.kernel.actor import SYSTEM
from tinhso.lake import queries as lake
from tinhso.lake.types import Limits

LIMITS = Limits(rows=10_000, seconds=30, memory=2**30, reads=2**33)
ASKED = """
SELECT hour(acted_at) AS at_hour, count(*) AS people FROM procedures.dossier_acts
WHERE action = 'submit' AND channel = 'counter' AND receiver = '{agency}'
    AND acted_on BETWEEN DATE '{first}' AND DATE '{last}'
    AND is_synthetic = {made_up}
GROUP BY hour(acted_at) ORDER BY 1
"""
DAYS = """
SELECT count(DISTINCT acted_on) AS days FROM procedures.dossier_acts
WHERE action = 'submit' AND channel = 'counter' AND receiver = '{agency}'
    AND acted_on BETWEEN DATE '{first}' AND DATE '{last}'
    AND is_synthetic = {made_up}
"""


def arrivals_of(asked: Recorded, *, made_up: bool) -> Mapping[int, float]:
    """Tell how many come in each hour of a day on which anybody came: {hour: people}.

    The agency's code was held against its form, so that it may stand in the question.

    :raises NobodyComes: if nobody did.
    """
    words = {
        "agency": asked.agency,
        "first": date.fromisoformat(asked.first),
        "last": date.fromisoformat(asked.last),
        "made_up": str(made_up).upper(),
    }
    rows = lake.ask(sql=ASKED.format(**words), limits=LIMITS, actor=SYSTEM).rows
    [[days]] = lake.ask(sql=DAYS.format(**words), limits=LIMITS, actor=SYSTEM).rows
    if not days:
        raise NobodyComes(agency=asked.agency, first=asked.first, last=asked.last)
    return {int(hour): people / days for hour, people in rows}
