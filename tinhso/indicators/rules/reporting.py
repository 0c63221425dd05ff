"""What the printed report of a board says, in words: documents are in Vietnamese."""

from collections.abc import Mapping, Sequence
from typing import Any

from tinhso.indicators.rules.periods import period_of
from tinhso.indicators.types import (
    Board,
    Figure,
    IndexReading,
    Indicator,
    Period,
    PublishedScore,
    Reading,
    Standing,
    State,
    Total,
    Unit,
)
from tinhso.kernel.text import fold, fraction

STATES = {
    State.MET: "Đã đạt",
    State.ON_TRACK: "Đúng tiến độ",
    State.BEHIND: "Chậm tiến độ",
    State.OPEN: "Chưa đủ số liệu",
    State.MISSED: "Không đạt",
    State.OUTDATED: "Số liệu đã cũ",
    State.UNKNOWN: "Chưa có số liệu",
    State.ENDED: "Không còn áp dụng",
}
BAD = (State.MISSED, State.BEHIND, State.OUTDATED)


def report_of(board: Board, names: Mapping[str, str]) -> dict[str, Any]:
    """Put a board into words. names: of agencies, by code."""
    mapped = board.mapped.indicator
    return {
        "title": board.declared.vi,
        "period": period_said(board.period),
        "numbers": [_number(one) for one in board.readings],
        "mapped": mapped.vi,
        "beyond": [_part(mapped, one, names) for one in board.beyond],
        "states": [
            {"name": name, "count": count}
            for state, name in STATES.items()
            if (count := sum(one.state is state for one in board.standings))
        ],
        "targets": [_target(one) for one in board.standings if one.state in BAD],
        "indexes": [_index(one) for one in board.indexes],
        "parts": _parts(mapped, board.parts, names),
        "sources": _sources(board.readings),
        "made_up": board.made_up,
    }


def period_said(period: Period) -> str:
    """Say a period.

    >>> from tinhso.indicators.rules.periods import period_of
    >>> period_said(period_of("2026-08")), period_said(period_of("2026Q3"))
    ('tháng 8 năm 2026', 'quý 3 năm 2026')
    """
    year, months = period.first.year, period.last.month - period.first.month + 1
    if months == 12:
        return f"năm {year}"
    if months == 3:
        return f"quý {period.last.month // 3} năm {year}"
    return f"tháng {period.first.month} năm {year}"


def said(indicator: Indicator, value: float | None) -> str:
    """Write a value with its unit; a dash where there is none.

    A dash is no zero: nobody counted, or there was nothing to divide by.
    """
    if value is None:
        return "–"
    number = fraction(round(value, 2))
    return f"{number} %" if indicator.unit is Unit.PERCENT else number


def _number(one: Reading) -> dict[str, str]:
    now, before = one.figure, one.before
    told = said(one.indicator, now.value if now else None)
    incomplete = now is not None and not now.is_complete
    return {
        "name": one.indicator.vi,
        "value": f"{told} ({_missing(now)})" if now and incomplete else told,
        "before": said(one.indicator, before.value if before else None),
        "method": one.indicator.method,
    }


def _missing(figure: Figure) -> str:
    """Say what a number lacks: months, or returns."""
    if figure.coverage is None:
        return "chưa đủ các tháng"
    told = figure.coverage
    return f"{told.reported}/{told.asked} cơ quan báo cáo"


def _part(
    indicator: Indicator, figure: Figure, names: Mapping[str, str]
) -> dict[str, str]:
    counts = (
        ""
        if figure.denominator is None
        else f"{fraction(figure.numerator or 0)} / {fraction(figure.denominator)}"
    )
    return {
        "name": names.get(figure.cell.part, figure.cell.part),
        "value": said(indicator, figure.value),
        "counts": counts,
    }


def _parts(
    indicator: Indicator, parts: Mapping[str, Figure], names: Mapping[str, str]
) -> list[dict[str, str]]:
    rows = [_part(indicator, one, names) for one in parts.values()]
    return sorted(rows, key=lambda row: fold(row["name"]))


def _target(one: Standing) -> dict[str, str]:
    latest = one.latest
    known = said(one.indicator, latest.value) if latest else "–"
    when = f" ({period_said(latest.period)})" if latest else ""
    return {
        "name": one.indicator.vi,
        "goal": f"{_goal(one)}, {period_said(one.target.due)}",
        "latest": known + when,
        "state": STATES[one.state],
    }


def _index(one: IndexReading) -> dict[str, str]:
    return {"name": str(one.index_set.title), **_newest(one)}


def _newest(one: IndexReading) -> dict[str, str]:
    """Say what a document states, or else who of those assessed stands where."""
    if one.published:
        rank = f", hạng {one.published.rank}" if one.published.rank else ""
        return {
            "period": period_said(one.published.period),
            "value": _stated(one.published) + rank,
        }
    ranked = [line for line in one.league if line.rank]
    if not ranked:
        return {"period": "–", "value": "–"}
    ends = (f"{line.name} {_points(line.total)}" for line in (ranked[0], ranked[-1]))
    value = f"Cao nhất: {next(ends)}; thấp nhất: {next(ends)}; {len(ranked)} đơn vị"
    return {"period": period_said(period_of(one.period)), "value": value}


def _stated(published: PublishedScore) -> str:
    """Say the total a document states, or the points of the pillars it states."""
    if published.total is not None:
        return fraction(float(published.total))
    points = float(sum(published.pillar_points.values()))
    return f"{fraction(points)} điểm"


def _points(total: Total) -> str:
    return f"{fraction(float(total.points))}/{fraction(float(total.maximum))}"


def _goal(one: Standing) -> str:
    """Say what a target asks for: at least, more than, at most."""
    goal, indicator = one.target.goal, one.indicator
    asked = (("từ", goal.at_least), ("trên", goal.above), ("đến", goal.at_most))
    return " ".join(
        f"{word} {said(indicator, value)}" for word, value in asked if value is not None
    )


def _sources(readings: Sequence[Reading]) -> list[str]:
    runs = {one.run.dataset: one.run for one in readings if one.run}
    return [
        f"{run.dataset}, bảng {run.uuid}, trạng thái {run.snapshot_id}"
        for _, run in sorted(runs.items())
    ]
