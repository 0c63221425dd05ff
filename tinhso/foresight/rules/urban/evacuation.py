"""The quickest way out: when the last of a ward can be in a shelter at the soonest.

L. R. Ford and D. R. Fulkerson (1958), "Constructing Maximal Dynamic Flows from Static
Flows": a network laid out once for every minute, in which a maximal flow says how many
get through in that time. The fewest minutes that are enough are found by halving.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from tinhso.foresight.types.urban import (
    ActivityTooLarge,
    CutOff,
    Evacuation,
    EvacuationOutcome,
    NoWayOut,
    Road,
    RoadUse,
    ShelterMissing,
)

MOST_NODES = 200_000  # places times minutes
MOST_PEOPLE = 2**31 - 1  # what a flow counts with
NARROWEST = 5


class _Layout:
    """The network minute by minute: node 0 is where all come from, 1 where all go.

    Whoever enters a road in a minute is at its end so many minutes later as it is long;
    who is in a shelter in the last minute is in time.
    """

    def __init__(self, told: Evacuation, minutes: int) -> None:
        self.minutes, self._count = minutes, len(told.spots)
        if self.size > MOST_NODES:
            raise ActivityTooLarge(found=self.size, most=MOST_NODES)
        self.room: dict[tuple[int, int], int] = {}
        self.roads: dict[tuple[int, int], int] = {}
        self._number = {one.key: n for n, one in enumerate(told.spots)}
        if minutes:
            self._lay_places(told)
            self._lay_roads(told)

    @property
    def size(self) -> int:
        """Tell how many nodes there are: a place and minute each, and the shelters."""
        return 2 + self._count * (self.minutes + 1)

    def node(self, place: int, minute: int) -> int:
        """Number a place in a minute; the minute after the last is its shelter."""
        return 2 + minute * self._count + place

    def place(self, node: int) -> tuple[int, int]:
        """Read minute and place back."""
        return divmod(node - 2, self._count)

    def _lay_places(self, told: Evacuation) -> None:
        for place, spot in enumerate(told.spots):
            shelter = self.node(place, self.minutes)
            if spot.people:
                self.room[0, self.node(place, 0)] = spot.people
            if spot.shelter:
                self.room[shelter, 1] = spot.shelter
            for minute in range(self.minutes):
                here = self.node(place, minute)
                if spot.shelter:
                    self.room[here, shelter] = spot.shelter
                if minute + 1 < self.minutes:
                    self.room[here, self.node(place, minute + 1)] = MOST_PEOPLE

    def _lay_roads(self, told: Evacuation) -> None:
        for index, road in enumerate(told.roads):
            start, end = self._number[road.start], self._number[road.end]
            for minute in range(self.minutes - road.minutes):
                way = self.node(start, minute), self.node(end, minute + road.minutes)
                self.room[way], self.roads[way] = road.capacity, index


def play_evacuation(told: Evacuation) -> EvacuationOutcome:
    """Find the fewest minutes in which all can be in shelters, and how.

    :raises ShelterMissing, CutOff, NoWayOut: if not all can, and why.
    :raises ActivityTooLarge: if it is too large to be laid out minute by minute.
    """
    people = sum(one.people for one in told.spots)
    shelter = sum(one.shelter for one in told.spots)
    if people > shelter:
        raise ShelterMissing(people=people, shelter=shelter)
    if people > MOST_PEOPLE:
        raise ActivityTooLarge(found=people, most=MOST_PEOPLE)
    _require_roads(told)
    minutes = _fewest(told, people)
    layout = _Layout(told, minutes)
    return _outcome(told, people, layout, _flow(layout)[1])


def _require_roads(told: Evacuation) -> None:
    """Refuse where somebody has no road to any shelter, however long it takes."""
    number = {one.key: n for n, one in enumerate(told.spots)}
    edges = [(number[r.end], number[r.start]) for r in told.roads if r.capacity]
    ends, starts = zip(*edges, strict=True) if edges else ((), ())
    shape = (len(told.spots) + 1,) * 2
    # Backwards from all shelters at once.
    shelters = [number[one.key] for one in told.spots if one.shelter]
    ends, starts = (*ends, *[len(told.spots)] * len(shelters)), (*starts, *shelters)
    graph = coo_array((np.ones(len(ends)), (ends, starts)), shape=shape).tocsr()
    reached = set(breadth_first_order(graph, len(told.spots))[0].tolist())
    cut_off = [
        s.title for n, s in enumerate(told.spots) if s.people and n not in reached
    ]
    if cut_off:
        raise CutOff(places=", ".join(cut_off))


def _fewest(told: Evacuation, people: int) -> int:
    """Find the fewest minutes that are enough: doubling, then halving."""
    low, high = -1, _at_least(told)
    while _through(told, high) < people:
        if high >= told.most_minutes:
            left = people - _through(told, high)
            raise NoWayOut(minutes=told.most_minutes, left=left)
        low, high = high, min(told.most_minutes, max(1, 2 * high))
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (
            (low, middle) if _through(told, middle) >= people else (middle, high)
        )
    return high


def _at_least(told: Evacuation) -> int:
    """Tell how long it takes at least: all must come in by roads to shelters.

    :raises NoWayOut: if that alone is longer than one looks at it.
    """
    shelters = {one.key for one in told.spots if one.shelter}
    outside = sum(one.people for one in told.spots if one.key not in shelters)
    doors = sum(one.capacity for one in told.roads if one.end in shelters)
    minutes = -(-outside // doors) if outside else 0
    if minutes > told.most_minutes:
        left = outside - doors * told.most_minutes
        raise NoWayOut(minutes=told.most_minutes, left=left)
    return max(0, minutes - 1)


def _through(told: Evacuation, minutes: int) -> int:
    return _flow(_Layout(told, minutes))[0]


def _flow(layout: _Layout) -> tuple[int, csr_array]:
    ways = np.array(list(layout.room), np.int32).reshape(-1, 2).T
    room = np.array(list(layout.room.values()), np.int32)
    graph = coo_array((room, (ways[0], ways[1])), shape=(layout.size,) * 2).tocsr()
    found = maximum_flow(graph, 0, 1)
    return int(found.flow_value), found.flow


def _outcome(
    told: Evacuation, people: int, layout: _Layout, flow: csr_array
) -> EvacuationOutcome:
    used = [0] * len(told.roads)
    arrived = np.zeros(layout.minutes, int)
    sheltered = dict.fromkeys((one.key for one in told.spots if one.shelter), 0)
    for start, end, number in _moves(flow):
        if (start, end) in layout.roads:
            used[layout.roads[start, end]] += number
        elif start > 1 and layout.place(end)[0] == layout.minutes:
            minute, place = layout.place(start)
            arrived[minute] += number
            sheltered[told.spots[place].key] += number
    return EvacuationOutcome(
        evacuation=told,
        people=people,
        minutes=layout.minutes,
        arrived=tuple(int(n) for n in np.cumsum(arrived)),
        sheltered=sheltered,
        narrow=_narrow(told.roads, used, layout.minutes),
    )


def _moves(flow: csr_array) -> Iterator[tuple[int, int, int]]:
    rows = flow.tocoo()
    for start, end, number in zip(*rows.coords, rows.data, strict=True):
        if number > 0:
            yield int(start), int(end), int(number)


def _narrow(
    roads: Sequence[Road], used: Sequence[int], minutes: int
) -> tuple[RoadUse, ...]:
    """List the roads that were fullest of all people who could have entered them."""
    found = [
        RoadUse(
            road.start,
            road.end,
            people,
            people / (road.capacity * (minutes - road.minutes)),
        )
        for road, people in zip(roads, used, strict=True)
        if people
    ]
    ordered = sorted(found, key=lambda one: (-one.full, one.start, one.end))
    return tuple(ordered[:NARROWEST])
