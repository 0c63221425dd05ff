"""Say a scenario: its levers, what it costs, what it brings, how likely a target is."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from tinhso.foresight.types.dynamics import (
    LEVELS,
    InputTaken,
    Lever,
    Model,
    Outcome,
    Parameter,
    Quantiles,
)
from tinhso.foresight.types.scenarios import Chance, Intervention, Ledger, Target
from tinhso.foresight.types.studio import MOST_PLAYED, Asked, Playable, Studio
from tinhso.kernel.text import fraction
from tinhso.web.ui import fans
from tinhso.web.ui.forecasts import likelihood, percent
from tinhso.web.ui.phrases import say
from tinhso.web.ui.studio_state import (
    LEVEL,
    NUMBER,
    OTHER,
    Wrong,
    href,
    is_english,
    levers_of,
)

WANTED = tuple(LEVELS.index(level) for level in (10, 25, 50, 75, 90))
FILES = ("csv", "json")
MARKS = {
    "incomplete": gettext_lazy("chưa đủ kỳ"),
    "made up": gettext_lazy("dữ liệu mô phỏng"),
}
COLUMNS = ("which", "output", "time", "mean", *(f"q{level}" for level in LEVELS))


def titled(vi: str, en: str) -> str:
    """Read a title in the reader's language."""
    return en if en and is_english() else vi


def amount(value: float) -> str:
    """Write a number as exactly as its size asks for.

    >>> amount(347512.8), amount(12.49), amount(0.256)
    ('347.513', '12,5', '0,26')
    """
    digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 10 else 2
    return fraction(round(value, digits) + 0.0)


def money(million: float) -> str:
    """Write an amount of VND million as billions."""
    told = fraction(round(million / 1000, 1))
    return gettext("{n} tỷ đồng").format(n=told)


def change(value: float | None) -> str:
    """Write by how much something changes, with its sign."""
    if value is None:
        return "–"
    return f"{'+' if value > 0 else ''}{amount(value)}"


def points(share: float | None) -> str:
    """Write by how much a chance changes, in percentage points."""
    return "–" if share is None else change(round(100 * share, 1))


def label_title(model: Model, label: str) -> str:
    """Name an output: `value_added[ict]` by its titles."""
    name, _, element = label.partition("[")
    found = next((one for one in model.variables if one.name == name), None)
    title = titled(found.title, found.title_en) if found else name
    key = element.rstrip("]")
    return f"{title}: {model.element_titles.get(key, key)}" if key else title


def unit_of(model: Model, label: str) -> str:
    """Tell the unit of an output."""
    name = label.partition("[")[0]
    return next((one.unit for one in model.variables if one.name == name), "")


def model_line(one: Playable) -> dict[str, Any]:
    """Write a model as a line of the list."""
    model = one.model
    return {
        "title": titled(model.title, model.title_en),
        "text": titled(model.description, model.description_en),
        "levers": len(levers_of(model)),
        "version": one.version,
        "href": reverse("scenario", args=[model.key]),
    }


def form(
    asked: Asked, model: Model, typed: Mapping[str, str], wrong: Wrong
) -> dict[str, Any]:
    """Lay out what can be set, as it is set; what is wrong, as it was typed."""
    target = asked.target
    told = {
        "levers": [
            _mended(_lever(asked, *each), typed, wrong) for each in levers_of(model)
        ],
        "outputs": [
            {"value": one, "label": label_title(model, one)} for one in model.outputs
        ],
        "output": asked.output,
        "at_least": fraction(target.at_least) if target else "",
        "time": f"{target.time if target else model.times.stop:g}",
        "unit": unit_of(model, asked.output),
        "members": asked.members,
        "most": fraction(MOST_PLAYED),
        "seed": asked.seed,
        "probability": f"{round(100 * asked.probability, 6):g}",
    }
    fields = {"dat": "at_least", "nam": "time", "lan": "members", "hat": "seed"}
    return {**told, **{fields[n]: typed[n] for n in wrong if n in fields}}


def _mended(
    lever: dict[str, Any], typed: Mapping[str, str], wrong: Wrong
) -> dict[str, Any]:
    name = lever["number"]
    if name not in wrong:
        return lever
    return {
        **lever,
        "chosen": OTHER,
        "other": typed.get(name, ""),
        "error": say(wrong[name][0]),
    }


def _lever(asked: Asked, one: Parameter, lever: Lever) -> dict[str, Any]:
    told = asked.levers.get(one.name, "")
    chosen = _level_key(lever, told)
    return {
        "name": f"{LEVEL}{one.name}",
        "number": f"{NUMBER}{one.name}",
        "title": titled(one.title, one.title_en),
        "bounds": gettext("từ {low} đến {high} {unit}").format(
            low=fraction(lever.low), high=fraction(lever.high), unit=unit_said(one.unit)
        ),
        "options": _options(one, lever),
        "chosen": chosen,
        "other": fraction(float(told)) if chosen == OTHER else "",
        "is_proven": bool(lever.evidence),
        "cost_source": lever.cost_source,
        "evidence": [
            {
                "source": proof.source,
                "finding": titled(proof.finding_vi, proof.finding_en),
            }
            for proof in lever.evidence
        ],
    }


def _level_key(lever: Lever, told: str) -> str:
    """Tell which option is chosen: a level, the baseline, or a number of one's own."""
    keys = {one.key for one in lever.levels}
    if told in keys or not told:
        return told
    try:
        value = float(told)
    except ValueError:
        return ""
    if value == lever.baseline:
        return ""
    return next((one.key for one in lever.levels if one.value == value), OTHER)


def _options(one: Parameter, lever: Lever) -> list[dict[str, str]]:
    stay = {"value": "", "label": gettext("Giữ như hiện nay"), "hint": ""}
    levels = [
        {
            "value": level.key,
            "label": titled(level.vi, level.en),
            "hint": _yearly(lever, level.value),
        }
        for level in lever.levels
    ]
    other = {"value": OTHER, "label": gettext("Mức khác"), "hint": ""}
    return [stay, *levels, other]


def _yearly(lever: Lever, value: float) -> str:
    if lever.cost is None:
        return gettext("chưa rõ chi phí")
    told = money(lever.cost * max(value - lever.baseline, 0.0))
    return gettext("{cost} mỗi năm").format(cost=told)


def result(found: Studio) -> dict[str, Any]:
    """Lay out what a scenario comes to: the fan, the chance, the cost."""
    compared, model = found.compared, found.playable.model
    target = compared.target
    current, baseline = (
        _spreads(model, each, found.output)
        for each in (compared.current, compared.baseline)
    )
    goal = target.at_least if target and target.output == found.output else None
    return {
        "title": label_title(model, found.output),
        "unit": unit_of(model, found.output),
        "fan": fans.draw(current, baseline, goal=goal),
        "rows": rows(compared.current, compared.baseline, found.output),
        "target": target_said(model, target),
        "chance": chance(compared.chance),
        "before": chance(compared.chance_at_baseline),
        "is_baseline": not compared.ledger.interventions,
        **ends(found),
        **costs(compared.ledger),
        "made_up": found.made_up,
    }


def ends(found: Studio) -> dict[str, str]:
    """Say what the output comes to in the end, with levers and without."""
    told: dict[str, str] = {}
    for name, outcome in (
        ("now", found.compared.current),
        ("rest", found.compared.baseline),
    ):
        one = _at(outcome, found.output, found.compared.ledger.time)
        low, middle, high = (one.quantiles[LEVELS.index(n)] for n in (10, 50, 90))
        told |= {
            f"{name}_middle": amount(middle),
            f"{name}_low": amount(low),
            f"{name}_high": amount(high),
        }
    return {**told, "year": f"{found.compared.ledger.time:g}"}


def _at(outcome: Outcome, output: str, time: float) -> Quantiles:
    return next(
        one for one in outcome.rows if one.output == output and one.time == time
    )


def _spreads(model: Model, outcome: Outcome, output: str) -> list[fans.Spread]:
    words = gettext("{year}: giữa {middle}, từ {low} đến {high} {unit}")
    unit = unit_of(model, output)
    told = []
    for one in outcome.rows:
        if one.output == output:
            low, first, middle, third, high = (one.quantiles[n] for n in WANTED)
            said = words.format(
                year=f"{one.time:g}",
                middle=amount(middle),
                low=amount(low),
                high=amount(high),
                unit=unit,
            )
            told.append(
                fans.Spread(f"{one.time:g}", (low, first, middle, third, high), said)
            )
    return told


def rows(current: Outcome, baseline: Outcome, output: str) -> list[dict[str, Any]]:
    """List the numbers of the fan, year by year."""
    pairs = zip(current.rows, baseline.rows, strict=True)
    return [
        {
            "year": f"{now.time:g}",
            "now": [amount(now.quantiles[n]) for n in WANTED],
            "rest": [amount(rest.quantiles[n]) for n in (WANTED[0], *WANTED[2::2])],
        }
        for now, rest in pairs
        if now.output == output
    ]


def target_said(model: Model, target: Target | None) -> str:
    """Say a target: `ít nhất 20 % năm 2030`."""
    if target is None:
        return ""
    return gettext("ít nhất {n} {unit} năm {year}").format(
        n=amount(target.at_least),
        unit=unit_of(model, target.output),
        year=f"{target.time:g}",
    )


def chance(one: Chance | None) -> dict[str, Any]:
    """Say how likely a target is reached, in percent and in words."""
    if one is None:
        return {}
    tone = "good" if one.share >= 0.66 else "warn" if one.share >= 0.5 else "bad"
    return {
        "percent": percent(one.share),
        "words": likelihood(one.share),
        "tone": tone,
        "reached": fraction(one.reached),
        "members": fraction(one.members),
    }


def costs(ledger: Ledger) -> dict[str, Any]:
    """Say what levers cost, each year and together."""
    yearly: dict[float, float] = {}
    for one in ledger.interventions:
        for each in one.costs or ():
            yearly[each.time] = yearly.get(each.time, 0.0) + each.amount
    return {
        "cost": money(ledger.cost),
        "years": [
            {"year": f"{time:g}", "cost": money(spent)}
            for time, spent in sorted(yearly.items())
        ],
        "unpriced": [
            titled(one.title, one.title_en)
            for one in ledger.interventions
            if one.costs is None
        ],
    }


def ledger(found: Studio) -> dict[str, Any]:
    """Lay out the ledger: each lever's cost, effect and evidence."""
    one, model = found.compared.ledger, found.playable.model
    return {
        "lines": [_entry(model, each) for each in one.interventions],
        "together": change(one.together),
        "unit": unit_of(model, one.output),
        "title": label_title(model, one.output),
        "year": f"{one.time:g}",
        "has_chance": found.compared.target is not None,
        **costs(one),
    }


def _entry(model: Model, one: Intervention) -> dict[str, Any]:
    return {
        "title": titled(one.title, one.title_en),
        "level": level_said(model, one.lever, one.value),
        "cost": gettext("chưa rõ") if one.total is None else money(one.total),
        "years": "; ".join(f"{c.time:g}: {money(c.amount)}" for c in one.costs or ()),
        "alone": change(one.alone),
        "within": change(one.within),
        "chance_alone": points(one.chance_alone),
        "chance_within": points(one.chance_within),
        "evidence": [
            {
                "source": proof.source,
                "finding": titled(proof.finding_vi, proof.finding_en),
            }
            for proof in one.evidence
        ],
    }


def unit_said(unit: str) -> str:
    """Say a unit in a sentence: a share that changes by the year has no name.

    >>> unit_said("doanh nghiệp/năm")
    'doanh nghiệp/năm'
    """
    return gettext("mỗi năm") if unit == "1/năm" else unit


def source_said(lineage: str) -> str:
    """Say where an input came from, with the marks of its figure in words."""
    for mark, words in MARKS.items():
        lineage = lineage.replace(f" ({mark})", f" ({words})")
    return lineage


def level_said(model: Model, name: str, value: float) -> str:
    """Say how a lever is set: the name of its level, or the number."""
    one, lever = next(each for each in levers_of(model) if each[0].name == name)
    if value == lever.baseline:
        return gettext("như hiện nay")
    level = next((each for each in lever.levels if each.value == value), None)
    return (
        titled(level.vi, level.en)
        if level
        else f"{amount(value)} {unit_said(one.unit)}"
    )


def inputs(model: Model, taken: Iterable[InputTaken]) -> list[dict[str, Any]]:
    """List what was measured and taken in, and from where."""
    titles = {
        one.name: (titled(one.title, one.title_en), one.unit)
        for one in model.parameters
    }
    return [
        {
            "title": titles[one.name][0],
            "value": f"{amount(one.value)} {titles[one.name][1]}",
            "period": one.period,
            "source": source_said(one.lineage),
            "is_fallback": one.is_fallback,
            "href": reverse("measure", args=[one.measure]),
        }
        for one in taken
    ]


def assumed(model: Model, names: Sequence[str]) -> list[str]:
    """Name the numbers that nobody measured."""
    titles = {one.name: titled(one.title, one.title_en) for one in model.parameters}
    return [titles.get(name, name) for name in names]


def links(asked: Asked) -> Mapping[str, str]:
    """Lead to what else there is of a scenario, with its state."""
    return {
        "here": href("scenario", asked),
        "ledger": href("scenario_ledger", asked),
        "freeze": href("scenario_freeze", asked),
        "mix": href("scenario_mix", asked),
        "tornado": href("scenario_tornado", asked),
        "story": href("scenario_story", asked),
        **{form: href("scenario_file", asked, form) for form in FILES},
    }
