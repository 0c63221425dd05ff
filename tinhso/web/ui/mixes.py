"""Say the cheapest mix, its road and signposts, and why an output varies."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from tinhso.foresight.types.dynamics import Model
from tinhso.foresight.types.scenarios import Bar, Mix, Signpost
from tinhso.foresight.types.studio import Asked, Explained, Sought
from tinhso.kernel.text import fraction
from tinhso.web.ui import charts
from tinhso.web.ui.scenarios import (
    amount,
    chance,
    label_title,
    level_said,
    money,
    target_said,
    titled,
    unit_of,
)
from tinhso.web.ui.studio_state import href, levers_of, with_levels

MOST_BARS = 12


def levels_written(one: Mix) -> str:
    """Write a mix as `--levers` takes it."""
    return ",".join(f"{name}={level}" for name, level in sorted(one.levels.items()))


def choice(found: Sought) -> dict[str, Any]:
    """Lay out what was found: the cheapest, those beside it, road and signposts."""
    one, model = found.choice, found.playable.model
    target = one.target
    return {
        "target": target_said(model, target),
        "title": label_title(model, target.output),
        "unit": unit_of(model, target.output),
        "wanted": f"{round(100 * one.probability, 6):g} %",
        "cheapest": _mix(found.asked, model, one.cheapest) if one.cheapest else {},
        "best": _mix(found.asked, model, one.best),
        "near": [_mix(found.asked, model, each) for each in one.near[1:]],
        "is_exact": one.is_exact,
        "bound": money(one.bound),
        "tried": fraction(one.tried),
        "of": fraction(one.of),
        "members": fraction(found.members),
        "left_out": _titles(model, one.left_out),
        "road": [
            {
                "year": f"{year.time:g}",
                "cost": money(year.cost),
                "quantiles": [amount(each) for each in year.quantiles],
            }
            for year in one.road
        ],
        "milestones": [
            {
                "year": f"{each.time:g}",
                "value": amount(each.value),
                "below": f"{round(100 * each.chance_below)} %",
                "above": f"{round(100 * each.chance_above)} %",
            }
            for each in one.milestones
        ],
        "signposts": [_signpost(found.asked, model, each) for each in one.signposts],
    }


def _titles(model: Model, names: tuple[str, ...]) -> list[str]:
    titles = {one.name: titled(one.title, one.title_en) for one in model.parameters}
    return [titles.get(name, name) for name in names]


def _mix(asked: Asked, model: Model, one: Mix) -> dict[str, Any]:
    return {
        "levels": _levels(model, one.settings),
        "cost": money(one.cost),
        "chance": chance(one.chance),
        "href": href("scenario", with_levels(asked, one.levels)),
    }


def _levels(model: Model, settings: Mapping[str, float]) -> list[dict[str, str]]:
    """Say the levers that are moved."""
    return [
        {
            "title": titled(one.title, one.title_en),
            "level": level_said(model, one.name, settings[one.name]),
        }
        for one, lever in levers_of(model)
        if settings.get(one.name, lever.baseline) != lever.baseline
    ]


def _signpost(asked: Asked, model: Model, one: Signpost) -> dict[str, Any]:
    words = (
        gettext("{title} xuống {value} {unit} (nay {now})")
        if one.switches_at < one.measured
        else gettext("{title} lên {value} {unit} (nay {now})")
    )
    return {
        "text": words.format(
            title=titled(one.title, one.title_en),
            value=amount(one.switches_at),
            unit=one.unit,
            now=amount(one.measured),
        ),
        "mix": _mix(asked, model, one.mix) if one.mix else {},
    }


def tornado(found: Explained) -> dict[str, Any]:
    """Lay out the bars, the widest first, and the table of all."""
    one, model = found.tornado, found.playable.model
    shown = one.bars[:MOST_BARS]
    return {
        "title": label_title(model, one.output),
        "unit": unit_of(model, one.output),
        "year": f"{one.time:g}",
        "runs": fraction(one.runs),
        "samples": fraction(one.samples),
        "mean": amount(one.mean),
        "sd": amount(one.sd),
        "bars": charts.bars(
            [
                charts.Point(
                    f"{n}. {titled(each.title, each.title_en)}",
                    max(each.total, 0.0),
                    _share(each.total),
                )
                for n, each in enumerate(shown, 1)
            ],
            tones=["good" if each.is_lever else "plain" for each in shown],
        ),
        "bars_height": len(shown) * charts.BAR + 6,
        "rows": [_bar(n, each) for n, each in enumerate(one.bars, 1)],
    }


def _bar(number: int, one: Bar) -> dict[str, Any]:
    return {
        "number": number,
        "title": titled(one.title, one.title_en),
        "is_lever": one.is_lever,
        "first": _share(one.first),
        "total": _share(one.total),
        "error": _share(one.total_error),
        "low": amount(one.low),
        "high": amount(one.high),
    }


def _share(index: float) -> str:
    return f"{fraction(round(100 * index, 1) + 0.0)} %"
