"""A process that hands rows in and writes them, and tells of each it has committed.

`python -m tests.lake.writer FIRST ROUNDS`: five rows a round, numbered from FIRST on.
"""

import sys

import django

django.setup()

from django.db import transaction  # noqa: E402

from tests.lake.datasets import VISITS  # noqa: E402
from tinhso.kernel import clock  # noqa: E402
from tinhso.kernel.ids import new_id  # noqa: E402
from tinhso.lake import actions  # noqa: E402
from tinhso.lake.providers import published  # noqa: E402

EACH = 5


def main(first, rounds):
    published._datasets.clear()
    actions.publish(dataset=VISITS)
    for start in range(first, first + rounds * EACH, EACH):
        at = clock.now()
        with transaction.atomic():
            for number in range(start, start + EACH):
                values = {
                    "visit_id": new_id(),
                    "desk": "one",
                    "number": number,
                    "came_on": at.date(),
                    "came_at": at,
                }
                actions.hand_in(dataset=VISITS.name, values=values, at=at)
        print(start, flush=True)
        # Not asking whether somebody else is at it, as one who has lost their lock.
        actions._append_all(VISITS, at)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
