"""Say a frozen scenario: what was chosen, what it came to, how it is proven."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from tinhso.foresight.types.dynamics import Model
from tinhso.foresight.types.frozen import FrozenScenario
from tinhso.foresight.types.scenarios import Target
from tinhso.foresight.types.studio import Asked
from tinhso.indicators.types import Indicator
from tinhso.web.ui import fans
from tinhso.web.ui.forecasts import likelihood, percent
from tinhso.web.ui.scenarios import (
    amount,
    change,
    label_title,
    level_said,
    money,
    points,
    source_said,
    target_said,
    titled,
    unit_of,
)
from tinhso.web.ui.studio_state import href
from tinhso.web.ui.writing import moment

FILES = ("pdf", "csv", "json")
LABELS = {
    "title": gettext_lazy("Tên phương án"),
    "reason": gettext_lazy("Lý do đề xuất"),
}
QUANTILES = ("q10", "q25", "q50", "q75", "q90")


def labels() -> dict[str, str]:
    """Name the fields of the form."""
    return {name: str(label) for name, label in LABELS.items()}


def line(one: FrozenScenario) -> dict[str, Any]:
    """Write a frozen scenario as a line of a list."""
    chance = one.told["chance"]
    return {
        "one": one,
        "href": reverse("proposal", args=[one.id]),
        "at": moment(one.frozen_at),
        "put_at": moment(one.put_at) if one.put_at else "",
        "chance": percent(chance) if chance is not None else "",
        "cost": money(one.told["ledger"]["cost"]),
    }


def shown(
    one: FrozenScenario, model: Model, known: Mapping[str, Indicator]
) -> dict[str, Any]:
    """Lay out all of a frozen scenario."""
    told = one.told
    target = _target(told)
    output = told["ledger"]["output"]
    return {
        "line": line(one),
        "model": titled(model.title, model.title_en),
        "output": label_title(model, output),
        "unit": unit_of(model, output),
        "target": target_said(model, target),
        "chances": [
            {"title": title, "percent": percent(share), "words": likelihood(share)}
            for title, share in (
                (gettext("Khả năng đạt"), told["chance"]),
                (gettext("Nếu không làm gì thêm"), told["chance_at_baseline"]),
            )
            if share is not None
        ],
        "levers": [_lever(model, each) for each in told["ledger"]["interventions"]],
        "inputs": [_input(model, each) for each in told["inputs"]],
        "result": _drawn(one, model, output, target),
        "files": {
            form: reverse("proposal_file", args=[one.id, form]) for form in FILES
        },
        "studio_href": href("scenario", _asked(one, target)),
        "check_href": reverse("proposal", args=[one.id]) + "?tinh-lai=1#tinh-lai",
        "issue_href": issue_href(one, known),
    }


def issue_href(one: FrozenScenario, known: Mapping[str, Indicator]) -> str:
    """Lead to a directive that stands on what a frozen scenario promises."""
    target = one.told["target"]
    output = (target or one.told["ledger"])["output"]
    words = gettext("Thực hiện phương án đã chốt “{title}” (mã băm {digest}).")
    query = {"text": words.format(title=one.title, digest=one.digest[:12])}
    if output in known:
        year = (target or one.told["ledger"])["time"]
        value = f"{amount(target['at_least'])} %" if target else ""
        query |= {"chi-so": output, "ky": f"{year:g}", "gia-tri": value}
    return f"{reverse('directive_issue')}?{urlencode(query)}"


def as_json(one: FrozenScenario) -> dict[str, Any]:
    """Tell all of a frozen scenario, for machines."""
    told = asdict(one)
    return {
        **told,
        "id": str(one.id),
        "paper_id": str(one.paper_id) if one.paper_id else None,
        "frozen_at": one.frozen_at.isoformat(timespec="microseconds"),
        "put_at": one.put_at.isoformat() if one.put_at else None,
    }


def _target(told: Mapping[str, Any]) -> Target | None:
    one = told["target"]
    return Target(one["output"], one["at_least"], one["time"]) if one else None


def _asked(one: FrozenScenario, target: Target | None) -> Asked:
    return Asked(
        model=one.model,
        levers={name: f"{value:.15g}" for name, value in one.levers.items() if value},
        output=one.told["ledger"]["output"],
        target=target,
        members=one.members,
        seed=one.seed,
    )


def _lever(model: Model, one: Mapping[str, Any]) -> dict[str, Any]:
    costs = one["costs"]
    return {
        "title": one["title"],
        "level": level_said(model, one["lever"], one["value"]),
        "cost": money(sum(each[1] for each in costs)) if costs is not None else "–",
        "years": "; ".join(f"{each[0]:g}: {money(each[1])}" for each in costs or ()),
        "within": change(one["within"]),
        "chance": points(one["chance_within"]),
        "evidence": one["evidence"],
    }


def _input(model: Model, one: Mapping[str, Any]) -> dict[str, Any]:
    found = next(each for each in model.parameters if each.name == one["name"])
    return {
        "title": titled(found.title, found.title_en),
        "value": f"{amount(one['value'])} {found.unit}",
        "period": one["period"],
        "source": source_said(one["lineage"]),
        "is_fallback": one["fallback"],
        "href": reverse("measure", args=[one["measure"]]),
    }


def _drawn(
    one: FrozenScenario, model: Model, output: str, target: Target | None
) -> dict[str, Any]:
    now, rest = (
        [row for row in one.told[which] if row["output"] == output]
        for which in ("current", "baseline")
    )
    return {
        "title": label_title(model, output),
        "unit": unit_of(model, output),
        "is_baseline": False,
        "fan": fans.draw(
            [_spread(row) for row in now],
            [_spread(row) for row in rest],
            goal=target.at_least if target else None,
        ),
        "rows": [
            {
                "year": f"{row['time']:g}",
                "now": [amount(row[name]) for name in QUANTILES],
                "rest": [amount(other[name]) for name in QUANTILES[::2]],
            }
            for row, other in zip(now, rest, strict=True)
        ],
    }


def _spread(row: Mapping[str, Any]) -> fans.Spread:
    low, first, middle, third, high = (float(row[name]) for name in QUANTILES)
    said = f"{row['time']:g}: {amount(middle)}"
    return fans.Spread(f"{row['time']:g}", (low, first, middle, third, high), said)
