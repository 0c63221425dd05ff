"""Say what was promised, what is known of it, and how it stands."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext, gettext_lazy

from tinhso.indicators.types import (
    Goal,
    Indicator,
    Pillar,
    Standing,
    State,
    Target,
    Unit,
    Value,
)
from tinhso.web.ui.measures import measure_href, period_name, said, title
from tinhso.web.ui.phrases import language

Told = Mapping[tuple[str, str], dict[str, Any]]
NOTHING_TOLD: Told = {}

PILLARS = {
    Pillar.GOVERNMENT: gettext_lazy("Chính quyền số"),
    Pillar.ECONOMY: gettext_lazy("Kinh tế số"),
    Pillar.SOCIETY: gettext_lazy("Xã hội số"),
}
STATES = {
    State.MET: (gettext_lazy("Đã đạt"), "good"),
    State.ON_TRACK: (gettext_lazy("Đúng tiến độ"), "good"),
    State.BEHIND: (gettext_lazy("Chậm tiến độ"), "warn"),
    State.OPEN: (gettext_lazy("Chưa đủ số liệu"), ""),
    State.MISSED: (gettext_lazy("Không đạt"), "bad"),
    State.OUTDATED: (gettext_lazy("Số liệu đã cũ"), "warn"),
    State.UNKNOWN: (gettext_lazy("Chưa có số liệu"), ""),
    State.ENDED: (gettext_lazy("Không còn áp dụng"), ""),
}


def goal_said(goal: Goal, indicator: Indicator) -> str:
    """Say what a target asks for."""
    named = [
        (goal.at_least, gettext("ít nhất {n}")),
        (goal.above, gettext("trên {n}")),
        (goal.at_most, gettext("nhiều nhất {n}")),
    ]
    parts = [
        words.format(n=said(indicator, value))
        for value, words in named
        if value is not None
    ]
    if indicator.unit is Unit.YES_NO:
        return gettext("Có")
    return ", ".join(parts)


def value_said(indicator: Indicator, value: Value | None) -> str:
    """Say a value that a document states, with its period."""
    if value is None:
        return ""
    about = gettext("khoảng") + " " if value.is_about else ""
    return f"{about}{said(indicator, value.value)} ({period_name(value.period)})"


def state(found: State) -> dict[str, str]:
    """Say how a target stands."""
    text, shade = STATES[found]
    return {"text": str(text), "tone": shade}


def summary(standings: Sequence[Standing]) -> list[dict[str, Any]]:
    """Count targets by state, in the order from reached to unknown."""
    counted = [(one, sum(s.state is one for s in standings)) for one in State]
    return [{**state(one), "count": n} for one, n in counted if n]


def target_rows(
    standings: Sequence[Standing],
    chances: Told = NOTHING_TOLD,
    sums: Told = NOTHING_TOLD,
    tries: Told = NOTHING_TOLD,
) -> list[dict[str, Any]]:
    """Lay targets out: what is asked for, what is known, how it stands.

    chances: how likely each is met, as far as that can be told; sums: what it would
    take, where that was worked out; tries: where it can be tried in a scenario.
    """
    keys = [(one.target.plan, one.target.key) for one in standings]
    return [
        {
            **_target(one),
            "chance": chances.get(key, {}),
            "sum": sums.get(key, {}),
            "try": tries.get(key, {}),
        }
        for one, key in zip(standings, keys, strict=True)
    ]


def _target(one: Standing) -> dict[str, Any]:
    target, indicator = one.target, one.indicator
    return {
        "title": title(indicator),
        "goal": goal_said(target.goal, indicator),
        "due": period_name(target.due),
        "baseline": value_said(indicator, one.baseline),
        "latest": value_said(indicator, one.latest),
        "source": one.latest.source if one.latest else "",
        "state": state(one.state),
        "ended": target.ended_why if one.state is State.ENDED else "",
        "number": target.number,
        "href": measure_href(indicator.key, target.due)
        if indicator.computed or one.latest
        else "",
    }


def missed(standings: Sequence[Standing], most: int = 5) -> list[dict[str, Any]]:
    """List the targets that are missed or behind, those of the nearest day first."""
    bad = [one for one in standings if one.state in (State.MISSED, State.BEHIND)]
    ordered = sorted(bad, key=lambda one: one.target.due.last)
    return [_target(one) for one in ordered[:most]]


def plan_links(
    plans: Mapping[str, Sequence[Target]], shown: str, address: str
) -> list[dict[str, Any]]:
    """Lead to the targets of each plan, by the year in which they are due."""
    return [
        {
            "href": f"{address}?{urlencode({'ke-hoach': key})}",
            "name": gettext("Mục tiêu đến {period}").format(
                period=period_name(max(one.due for one in lines))
            ),
            "current": key == shown,
        }
        for key, lines in sorted(plans.items())
    ]


def clauses(
    standings: Sequence[Standing],
    chances: Told = NOTHING_TOLD,
    sums: Told = NOTHING_TOLD,
    tries: Told = NOTHING_TOLD,
) -> list[dict[str, Any]]:
    """Put targets together under the clause they are part of."""
    return [
        {
            "number": number,
            "pillar": str(PILLARS[lines[0].target.pillar]),
            "text": lines[0].target.clause_en
            if language() == "en"
            else lines[0].target.clause_vi,
            "targets": target_rows(lines, chances, sums, tries),
        }
        for number, lines in (
            (number, list(group))
            for number, group in groupby(standings, key=lambda s: s.target.number)
        )
    ]
