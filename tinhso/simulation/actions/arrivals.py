"""Let made-up records come new to registers, and let them go their way."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import local
from tinhso.places import queries as places
from tinhso.registries import actions as registries
from tinhso.registries import queries as registers
from tinhso.registries.types import Line, Register, RegisterUnknown
from tinhso.simulation.actions.registers import was_told
from tinhso.simulation.queries import Province
from tinhso.simulation.rules.arrivals import (
    Arrival,
    Flow,
    Spot,
    Stand,
    arrivals_of,
    months_of,
    reach_of,
)
from tinhso.simulation.rules.plans import Chances
from tinhso.simulation.types import Added

Days = tuple[date, date]


def add_records(province: Province, actor: Actor, at: datetime) -> tuple[int, int]:
    """Add the records of the period, then what became of them; say how many of each.

    They come month by month; what was told before is left alone.
    """
    records = answers = 0
    for told in province.activity.added:
        flow = _flow(province, told)
        if not flow.spots.items:
            continue
        for days in months_of(province.wish.first, province.wish.last):
            come, gone_on = _add(province, flow, days, actor, at)
            records += come
            answers += gone_on
    return records, answers


def _flow(province: Province, told: Added) -> Flow:
    wish = province.wish
    spots = Chances.of(tuple(_spots(province)))
    return Flow(province.activity, told, spots, wish.seed, wish.share, wish.until)


def _spots(province: Province) -> Iterator[Spot]:
    known = {one.code: one for one in places.units(on=province.wish.first)}
    for unit in province.units:
        lies = known.get(unit.unit_code)
        if lies and lies.longitude is not None and lies.latitude is not None:
            reach = reach_of(lies.area_km2)
            yield Spot(lies.code, lies.longitude, lies.latitude, reach, unit.weight)


def _add(
    province: Province, flow: Flow, days: Days, actor: Actor, at: datetime
) -> tuple[int, int]:
    """Write the records of some days; what became of them is a change of its own."""
    key, today = flow.added.register, local(at).date()
    try:
        register = registers.get_register(key=key, on=today, actor=actor)
    except RegisterUnknown:
        return 0, 0
    arrivals = [one for day in _each(days) for one in arrivals_of(flow, day)]
    arrived = _points(arrivals, today)
    come = [_line(register, one, at_, one.stands[0]) for one, at_ in arrived]
    later = [
        _line(register, one, at_, stand)
        for one, at_ in arrived
        for stand in one.stands[1:]
    ]
    source = _source(province, days)
    return (
        _load(register, come, source, actor, at),
        _load(register, later, f"{source}, xử lý", actor, at),
    )


def _source(province: Province, days: Days) -> str:
    wish, (first, last) = province.wish, days
    when = f"{first:%d/%m/%Y}–{last:%d/%m/%Y}"
    return f"Mô phỏng {wish.key}, hạt giống {wish.seed}, {when}"


def _each(days: Days) -> Iterator[date]:
    first, last = days
    return (first + timedelta(number) for number in range((last - first).days + 1))


def _points(
    arrivals: Sequence[Arrival], on: date
) -> list[tuple[Arrival, tuple[float, float]]]:
    """Tell where each lies: in the center of its commune if else it lay in another."""
    found = places.units_at(points=[one.point for one in arrivals], on=on)
    return [
        (one, one.point)
        if code in ("", one.spot.code)
        else (one, (one.spot.longitude, one.spot.latitude))
        for one, code in zip(arrivals, found, strict=True)
    ]


def _line(
    register: Register, one: Arrival, point: tuple[float, float], stand: Stand
) -> Line:
    named = {register.identifier: one.code, register.place: one.spot.code}
    shape = {"type": "Point", "coordinates": list(point)}
    return Line(0, {**named, **stand.values}, shape, stand.first, stand.until)


def _load(
    register: Register, lines: list[Line], source: str, actor: Actor, at: datetime
) -> int:
    """Number lines and load them, unless their source was told before; count them."""
    if not lines or was_told(register.key, source, local(at).date(), actor):
        return 0
    change = registries.load_records(
        key=register.key,
        lines=[replace(line, number=n) for n, line in enumerate(lines, start=1)],
        source=source,
        on=local(at).date(),
        actor=actor,
        at=at,
        is_synthetic=True,
    )
    return change.count_added + change.count_changed
