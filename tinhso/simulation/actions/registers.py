"""Let made-up records of registers change from month to month."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from tinhso.kernel.actor import Actor
from tinhso.registries import actions as registries
from tinhso.registries import queries as registers
from tinhso.registries.types import (
    Field,
    FieldKind,
    Line,
    Record,
    Register,
    RegisterUnknown,
    Wanted,
)
from tinhso.simulation.queries import Province
from tinhso.simulation.types import Changed, Wish

NUMBERS = (FieldKind.WHOLE, FieldKind.REAL)


def change_registers(province: Province, actor: Actor, at: datetime) -> int:
    """Change some records each month of the period; say how many.

    They hold from the month they are told for, and are known from now on. A month that
    was told before is left alone.
    """
    return sum(
        _change(told, month, province.wish, actor, at)
        for told in province.activity.registers
        for month in _months(province.wish)
    )


def _months(wish: Wish) -> Iterator[date]:
    """List the first days of the months that begin in the period."""
    month = wish.first.replace(day=1)
    while month <= wish.last:
        if month >= wish.first:
            yield month
        month = (month + timedelta(32)).replace(day=1)


def _change(told: Changed, month: date, wish: Wish, actor: Actor, at: datetime) -> int:
    source = f"Mô phỏng {wish.key}, hạt giống {wish.seed}, tháng {month:%m/%Y}"
    try:
        register = registers.get_register(key=told.register, on=month, actor=actor)
    except RegisterUnknown:
        return 0
    if was_told(told.register, source, month, actor):
        return 0
    lines = list(_lines(register, told, month, wish, actor))
    if not lines:
        return 0
    change = registries.load_records(
        key=told.register,
        lines=lines,
        source=source,
        on=month,
        actor=actor,
        at=at,
        is_synthetic=True,
    )
    return change.count_changed


def was_told(key: str, source: str, on: date, actor: Actor) -> bool:
    """Tell whether a change of a source went into a register before."""
    known = registers.changes(key=key, on=on, actor=actor, most=1000)
    return any(one.source == source for one in known)


def _lines(
    register: Register, told: Changed, month: date, wish: Wish, actor: Actor
) -> Iterator[Line]:
    dice = Random(f"{wish.seed}/{told.register}/{month}")  # noqa: S311 - it is a play
    field = next(one for one in register.fields if one.name == told.field)
    for number, listed in enumerate(_records(register.key, month, actor), start=1):
        is_meant = dice.random() < told.share
        if not (is_meant and listed.is_synthetic and field.name in listed.values):
            continue
        # A list leaves out what is personal, which a line must say again.
        whole = registers.get_record(
            key=register.key, identifier=listed.identifier, on=month, actor=actor
        )
        value = _other(field, whole.values[field.name], told.by, dice)
        yield Line(number, {**whole.values, field.name: value}, whole.shape)


def _records(key: str, on: date, actor: Actor) -> Iterator[Record]:
    after = ""
    while True:
        page = registers.records(
            key=key, wanted=Wanted(on=on), after=after, actor=actor
        )
        yield from page.items
        if page.next_after is None:
            return
        after = page.next_after


def _other(field: Field, value: Any, by: float, dice: Random) -> object:
    """Choose another value: a number a little off, or another of the choices."""
    if field.kind in NUMBERS:
        moved = float(value) * (1 + dice.uniform(-by, by))
        return round(moved) if field.kind is FieldKind.WHOLE else round(moved, 2)
    others: list[object] = [c.value for c in field.choices if c.value != value]
    return dice.choice(others) if others else value
