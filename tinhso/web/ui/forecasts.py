"""Say what is forecast of a measure, how sure that is, and how it came out before."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from tinhso.foresight.types import (
    Ahead,
    Backtest,
    Chance,
    Outlook,
    Realised,
    Surprise,
    Vintage,
    Why,
)
from tinhso.indicators import queries as indicators
from tinhso.indicators.types import Indicator, Unit
from tinhso.kernel.text import fraction
from tinhso.web.ui import charts
from tinhso.web.ui.measures import measure_href, period_name, said, short, title
from tinhso.web.ui.targets import goal_said
from tinhso.web.ui.writing import moment

# A target is in danger where it is more likely missed than met.
LIKELY = 0.5
# A chart of sixty months before twelve would be all past.
MOST_KNOWN = 24
LEAST = 3
METHODS = {
    "smoothed_level": gettext_lazy(
        "mức gần đây đã làm trơn; số liệu một năm chưa tách được xu hướng với mùa vụ"
    ),
    "mean_theta_damped_drift": gettext_lazy(
        "trung bình của ba cách: Theta, xu hướng giảm dần, kéo dài đường thẳng"
    ),
    "mean_theta_damped_last_year": gettext_lazy(
        "trung bình của ba cách: Theta và xu hướng giảm dần đã loại mùa vụ, cùng kỳ"
        " năm trước"
    ),
}
WHYS = {
    Why.TOO_SHORT: gettext_lazy("chưa đủ số liệu để dự báo"),
    Why.TOO_FAR: gettext_lazy("hạn còn quá xa so với chiều dài số liệu đã có"),
    Why.OVER: gettext_lazy("đã hết hạn"),
    Why.CONSTANT: gettext_lazy(
        "số liệu chưa từng thay đổi nên không biết dự báo có thể lệch bao nhiêu"
    ),
}


def shown(outlook: Outlook) -> dict[str, Any]:
    """Lay out all that is said of a measure's future."""
    newest, one = outlook.newest, outlook.indicator
    base = {
        "known": outlook.known,
        "least": LEAST,
        "values": [
            {"name": _name(period), "value": said(one, value)}
            for period, value in outlook.values
            if value is not None
        ],
        "chances": [chance(each) for each in outlook.chances],
    }
    if newest is None:
        return base
    return {
        **base,
        "line": _chart(one, newest, outlook.chances),
        "rows": [_row(one, ahead) for ahead in newest.ahead],
        "first": _row(one, newest.ahead[0]),
        "level": newest.level,
        "made_at": moment(newest.made_at),
        "made_up": newest.made_up,
        "method": str(METHODS.get(newest.method, newest.method)),
        "digest": newest.digest,
        "backtest": _backtest(newest.backtest, newest.level),
        "realised": _realised(outlook.realised),
        "vintages": [_vintage(one, each, newest) for each in outlook.vintages[1:]],
        "surprise": surprise(one, outlook.surprise),
        "gaps": [_name(period) for period, v in newest.known if v is None],
        "csv_href": reverse("measure_forecast", args=[one.key]),
    }


def percent(probability: float) -> str:
    """Write a chance; never as sure as 0 or 100.

    >>> percent(0.634), percent(0.996), percent(0.001)
    ('63 %', '99 %', '1 %')
    """
    return f"{min(max(round(100 * probability), 1), 99)} %"


def likelihood(probability: float) -> str:
    """Say a chance in words."""
    words = (
        (0.9, gettext("rất có thể đạt")),
        (0.66, gettext("có thể đạt")),
        (LIKELY, gettext("nghiêng về đạt")),
        (0.33, gettext("nghiêng về không đạt")),
        (0.1, gettext("khó đạt")),
        (0.0, gettext("rất khó đạt")),
    )
    return next(text for least, text in words if probability >= least)


def chance(one: Chance) -> dict[str, Any]:
    """Say how likely a target is met, or why that cannot be told."""
    target, indicator = one.standing.target, one.standing.indicator
    told = one.probability
    return {
        "title": title(indicator),
        "goal": goal_said(target.goal, indicator),
        "due": period_name(target.due),
        "percent": percent(told) if told is not None else "",
        "words": likelihood(told) if told is not None else "",
        "tone": _tone(told),
        "made_up": one.made_up,
        "why": str(WHYS[one.why]) if one.why else "",
        "decides": _name(one.decides) if one.decides else "",
        "forecast": _row(indicator, one.ahead) if one.ahead else {},
        "href": measure_href(indicator.key, target.due) + "#du-bao",
    }


def unlikely(found: Sequence[Chance], most: int = 5) -> list[dict[str, Any]]:
    """List the targets more likely missed than met, the least likely first."""
    told = [
        (one.probability, number, one)
        for number, one in enumerate(found)
        if one.probability is not None and one.probability < LIKELY
    ]
    return [chance(one) for _, _, one in sorted(told, key=lambda t: t[:2])[:most]]


def by_target(found: Sequence[Chance]) -> Mapping[tuple[str, str], dict[str, Any]]:
    """Say each chance that can be told: {(plan, key): chance}."""
    return {
        (one.standing.target.plan, one.standing.target.key): chance(one)
        for one in found
        if one.probability is not None or one.why is Why.TOO_FAR
    }


def surprise(indicator: Indicator, one: Surprise | None) -> dict[str, Any]:
    """Say that a value came out otherwise than was said before."""
    if one is None:
        return {}
    return {
        "title": title(indicator),
        "period": _name(one.period),
        "value": said(indicator, one.value),
        "low": _about(indicator, one.ahead.low),
        "high": _about(indicator, one.ahead.high),
        "turned": one.turned,
        "href": reverse("measure", args=[indicator.key]) + "#du-bao",
    }


def _tone(probability: float | None) -> str:
    if probability is None:
        return ""
    return "good" if probability >= 0.66 else "warn" if probability >= LIKELY else "bad"


def _chart(
    indicator: Indicator, newest: Vintage, chances: Sequence[Chance]
) -> charts.Line:
    goal = next((one.standing.target.goal.aim for one in chances), None)
    return charts.line(
        [
            charts.Point(
                label=short(indicators.period(key=period)),
                value=value,
                said=f"{_name(period)}: {said(indicator, value)}",
            )
            for period, value in newest.known[-MOST_KNOWN:]
        ],
        goal=goal,
        ahead=[_reach(indicator, one) for one in newest.ahead],
    )


def _reach(indicator: Indicator, one: Ahead) -> charts.Reach:
    row = _row(indicator, one)
    words = gettext("{period}: dự báo {mean}, từ {low} đến {high}")
    return charts.Reach(
        label=short(indicators.period(key=one.period)),
        mean=one.mean,
        low=one.low,
        high=one.high,
        said=words.format(
            period=row["name"], mean=row["mean"], low=row["low"], high=row["high"]
        ),
    )


def _row(indicator: Indicator, one: Ahead) -> dict[str, str]:
    return {
        "name": _name(one.period),
        "mean": _about(indicator, one.mean),
        "low": _about(indicator, one.low),
        "high": _about(indicator, one.high),
    }


def _about(indicator: Indicator, value: float) -> str:
    """Say what is forecast; nobody files half a dossier."""
    is_counted = indicator.unit is Unit.COUNT and indicator.formula is None
    return said(indicator, round(value) if is_counted else value)


def _name(period: str) -> str:
    return period_name(indicators.period(key=period))


def _backtest(one: Backtest | None, level: int) -> dict[str, Any]:
    """Say how forecasts of earlier times came out, beside saying the last again."""
    if one is None:
        return {}
    ratio = one.mase / one.naive_mase if one.naive_mase else 1.0
    by = round(100 * abs(1 - ratio))
    words = (
        gettext("lệch ít hơn {n} % so với cách lấy lại số gần nhất")
        if ratio < 1
        else gettext("lệch nhiều hơn {n} % so với cách lấy lại số gần nhất")
    )
    return {
        "errors": one.errors,
        "beside": words.format(n=by)
        if by
        else gettext("lệch ngang với cách lấy lại số gần nhất"),
        "is_better": ratio < 1,
        "mase": fraction(round(one.mase, 2)),
        "naive": fraction(round(one.naive_mase, 2)),
        "coverage": round(100 * one.coverage),
    }


def _realised(one: Realised) -> dict[str, int]:
    return {"within": one.within, "of": one.of} if one.of else {}


def _vintage(indicator: Indicator, one: Vintage, newest: Vintage) -> dict[str, Any]:
    """Tell an earlier forecast of what is forecast or known now."""
    came = {period: value for period, value in newest.known if value is not None}
    first = one.ahead[0]
    return {
        **_row(indicator, first),
        "made_at": moment(one.made_at),
        "until": _name(one.known[-1][0]),
        "came": said(indicator, came[first.period]) if first.period in came else "",
        "within": first.low <= came[first.period] <= first.high
        if first.period in came
        else None,
    }
