"""Index sets and assessments as people read them: points, states, whose turn it is."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from tinhso.indicators.types import (
    Assessment,
    AssessmentLine,
    AssessmentState,
    Criterion,
    IndexReading,
    IndexSet,
    LeagueLine,
    MainIndex,
    Measured,
    PublishedScore,
    Remark,
    RemarkKind,
    RuleKind,
    Score,
    ScoreState,
    Total,
    Whose,
)
from tinhso.kernel.errors import N_, Invalid, Phrase
from tinhso.kernel.text import fraction
from tinhso.web.ui.phrases import say
from tinhso.web.ui.writing import moment

LONGEST = 20
NOT_A_NUMBER = N_("Hãy nhập một số, ví dụ 12,5.")
MEASURED = {
    Measured.PROVINCE: gettext_lazy("cấp tỉnh"),
    Measured.AGENCY: gettext_lazy("cơ quan, đơn vị"),
    Measured.COMMUNE: gettext_lazy("xã, phường, đặc khu"),
}
KINDS = {
    RuleKind.RATIO: gettext_lazy("tỷ lệ"),
    RuleKind.STEPPED: gettext_lazy("theo mức"),
    RuleKind.YES_NO: gettext_lazy("có hoặc không"),
    RuleKind.POINTS: gettext_lazy("chấm điểm"),
    RuleKind.COMPUTED: gettext_lazy("hệ thống tự tính"),
}
STATES = {
    AssessmentState.OPEN: (gettext_lazy("đơn vị đang tự đánh giá"), "info"),
    AssessmentState.HANDED_IN: (gettext_lazy("đang thẩm định"), "warn"),
    AssessmentState.APPRAISED: (gettext_lazy("đã thẩm định"), "good"),
    AssessmentState.PUBLISHED: (gettext_lazy("đã công bố"), "good"),
}
SCORE_STATES = {
    ScoreState.EMPTY: (gettext_lazy("chưa có số liệu"), ""),
    ScoreState.SAID: (gettext_lazy("đã tự chấm"), "info"),
    ScoreState.AGREED: (gettext_lazy("thống nhất"), "good"),
    ScoreState.DISPUTED: (gettext_lazy("chờ giải trình"), "bad"),
    ScoreState.EXPLAINED: (gettext_lazy("đã giải trình, chờ chốt"), "warn"),
    ScoreState.SETTLED: (gettext_lazy("đã chốt"), "good"),
}
REMARKS = {
    RemarkKind.DISAGREE: gettext_lazy("Cơ quan thẩm định chấm khác"),
    RemarkKind.EXPLAIN: gettext_lazy("Đơn vị giải trình"),
    RemarkKind.SETTLE: gettext_lazy("Chốt điểm"),
}
WHOSE = {
    Whose.APPRAISED: gettext_lazy("Điểm thẩm định"),
    Whose.SELF: gettext_lazy("Điểm tự đánh giá"),
    Whose.PUBLISHED: gettext_lazy("Điểm công bố"),
}


def number(value: Decimal | None) -> str:
    """Write points or figures as `787,84`; a dash where there are none."""
    return "—" if value is None else fraction(float(value))


def plain(value: Decimal | None) -> str:
    """Write a number as it is typed: `1234,5`, empty where there is none."""
    return "" if value is None else number(value).replace(".", "")


def share(value: Decimal | None) -> str:
    """Write a share in four digits, as the national ranking does: `0,7024`."""
    return "—" if value is None else f"{value:.4f}".replace(".", ",")


def typed_number(text: str, *, field: str) -> Decimal | None:
    """Read a number as people type it; None where they typed nothing.

    :raises Invalid: naming the field, if it is none.
    """
    plain = text.strip().replace(",", ".")
    if not plain:
        return None
    try:
        found = Decimal(plain)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or len(plain) > LONGEST:
        raise Invalid({field: [Phrase(NOT_A_NUMBER)]})
    return found


def total_text(total: Total) -> str:
    """Say a total and how complete it is."""
    points = f"{number(total.points)}/{number(total.maximum)}"
    if not total.scored:
        # Nothing said is no zero.
        points = "—"
    if total.scored == total.items:
        return points
    rest = gettext("{scored}/{items} tiêu chí")
    return f"{points} ({rest.format(scored=total.scored, items=total.items)})"


def set_line(one: IndexSet) -> dict[str, Any]:
    """Show an index set in a list."""
    missing = missing_points(one)
    return {
        "href": reverse("index_set", args=[one.key]),
        "title": say(one.title),
        "measures": MEASURED[one.measures],
        "maximum": number(one.maximum),
        "missing": number(missing) if missing else "",
        "act": one.act,
        "valid_from": one.valid_from,
        "valid_to": one.valid_to,
    }


def missing_points(one: IndexSet) -> Decimal:
    """Sum up the points of criteria whose text was not found."""
    gaps = (index.unaccounted for index in one.indices)
    return sum((gap.points for gap in gaps if gap), Decimal())


def structure(one: IndexSet) -> list[dict[str, Any]]:
    """Lay out the main indices of a set with their criteria."""
    return [_index(index) for index in one.indices]


def _index(one: MainIndex) -> dict[str, Any]:
    gap = one.unaccounted
    return {
        "number": one.number,
        "title": say(one.title),
        "maximum": number(one.maximum),
        "note": say(one.note) if one.note else "",
        "missing": number(gap.points) if gap else "",
        "why": say(gap.why) if gap else "",
        "components": gap.criteria if gap else None,
        "criteria": [_criterion(criterion) for criterion in one.criteria],
    }


def _criterion(one: Criterion) -> dict[str, Any]:
    return {
        "number": one.number,
        "title": say(one.title),
        "maximum": number(one.maximum),
        "kind": KINDS[one.rule.kind],
        "note": say(one.note) if one.note else "",
    }


def published_line(one: PublishedScore, index_set: IndexSet) -> dict[str, Any]:
    """Show what a document states, each sum beside what the formula gives."""
    return {
        "unit": one.unit,
        "period": one.period.key,
        "source": one.source,
        "rank": one.rank,
        "note": say(one.note) if one.note else "",
        "total": share(one.total),
        "computed": share(one.computed.get("total")),
        "values": [
            {"title": say(index.title), "value": share(one.values[index.key])}
            for index in index_set.indices
            if index.key in one.values
        ],
        "pillars": [
            {
                "title": say(pillar.title),
                "stated": share(one.pillar_values.get(pillar.key)),
                "computed": share(one.computed.get(pillar.key)),
                "points": number(one.pillar_points.get(pillar.key)),
                "maximum": number(pillar.maximum),
            }
            for pillar in index_set.pillars
            if pillar.key in {*one.pillar_values, *one.pillar_points}
        ],
    }


def reading(one: IndexReading) -> dict[str, Any]:
    """Show an index at a glance: what a document states, or both ends of the ranks."""
    ranked = [line for line in one.league if line.rank]
    league = f"{reverse('index_league', args=[one.index_set.key])}?ky={one.period}"
    return {
        "title": say(one.index_set.title),
        "href": league if ranked else reverse("index_set", args=[one.index_set.key]),
        "stated": _stated(one.published, one.index_set) if one.published else None,
        "period": one.period,
        "ends": league_rows([ranked[0], ranked[-1]] if len(ranked) > 1 else ranked),
        "ranked": len(ranked),
    }


def _stated(one: PublishedScore, index_set: IndexSet) -> dict[str, Any]:
    """Say the total that a document states, or the points of its pillars."""
    told = [pillar for pillar in index_set.pillars if pillar.key in one.pillar_points]
    points = number(Decimal(sum(one.pillar_points.values())))
    maximum = number(Decimal(sum(pillar.maximum for pillar in told)))
    return {
        "value": share(one.total) if one.total is not None else f"{points}/{maximum}",
        "rank": one.rank,
        "period": one.period.key,
        "source": one.source,
    }


def assessment_line(one: AssessmentLine, titles: Mapping[str, str]) -> dict[str, Any]:
    """Show an assessment in a list; titles: of the sets by key."""
    text, tone = STATES[one.state]
    return {
        "href": reverse("assessment", args=[one.id]),
        "unit": one.unit,
        "title": titles.get(one.set_key, one.set_key),
        "period": one.period.key,
        "state": {"text": text, "tone": tone},
        "due_on": one.due_on,
        "said": total_text(one.said),
        "appraised": total_text(one.appraised),
        "disputed": one.disputed,
        "is_synthetic": one.is_synthetic,
    }


def score_groups(found: Assessment) -> list[dict[str, Any]]:
    """Lay out the criteria of an assessment by group."""
    return [
        {
            "title": say(index.title),
            "number": index.number,
            "maximum": number(index.maximum),
            "missing": number(index.unaccounted.points)
            if index.unaccounted and index.criteria
            else "",
            "scores": [score_line(one, found.line.id) for one in scores],
        }
        for index, scores in found.groups
        if scores
    ]


def score_line(one: Score, assessment_id: UUID) -> dict[str, Any]:
    """Show a criterion in the table of an assessment."""
    text, tone = SCORE_STATES[one.state]
    lacks = bool(one.said) and one.criterion.needs_evidence and not one.evidence
    return {
        "href": reverse("assessment_score", args=[assessment_id, one.criterion.key]),
        "key": one.criterion.key,
        "number": one.criterion.number,
        "title": say(one.criterion.title),
        "maximum": number(one.criterion.maximum),
        "said": number(one.said),
        "appraised": number(one.appraised),
        "published": number(one.published),
        "difference": _signed(one.difference),
        "files": len(one.evidence),
        "lacks_evidence": lacks,
        "state": {"text": text, "tone": tone},
    }


def _signed(value: Decimal | None) -> str:
    if not value:
        return ""
    return f"+{number(value)}" if value > 0 else number(value)


def figure_asks(
    one: Criterion, typed: Mapping[str, str], errors: Mapping[str, str]
) -> list[dict[str, Any]]:
    """List what the form of a criterion asks for, by its rule."""
    kind = one.rule.kind
    if kind is RuleKind.COMPUTED:
        return []
    first = {"name": "a", "value": typed.get("a", ""), "error": errors.get("a", "")}
    if kind is RuleKind.YES_NO:
        options = [
            {"value": "1", "label": gettext("Có")},
            {"value": "0", "label": gettext("Không")},
        ]
        label = say(one.title)
        return [{**first, "kind": "radio", "label": label, "options": options}]
    if kind is RuleKind.RATIO:
        second = {"name": "b", "value": typed.get("b", "")}
        second["error"] = errors.get("b", "")
        top = say(one.rule.numerator) or gettext("Số đạt được")
        bottom = say(one.rule.denominator) or gettext("Trên tổng số")
        return [
            {**first, "kind": "text", "label": f"a – {top}"},
            {**second, "kind": "text", "label": f"b – {bottom}"},
        ]
    if kind is RuleKind.STEPPED:
        return [{**first, "kind": "text", "label": gettext("Số liệu")}]
    label = gettext("Điểm tự chấm, từ 0 đến {maximum}")
    return [
        {**first, "kind": "text", "label": label.format(maximum=number(one.maximum))}
    ]


def typed_before(one: Score) -> dict[str, str]:
    """Fill the forms of a criterion with what is known."""
    proposed = one.said if one.appraised is None else one.appraised
    return {
        "a": plain(one.a),
        "b": plain(one.b),
        "remark": one.note,
        "points": plain(proposed),
    }


def figures(one: Score) -> str:
    """Say the figures behind the unit's own points."""
    if one.a is None or one.b is None:
        return ""
    return f"{number(one.a)} ÷ {number(one.b)}"


def files(one: Score, assessment_id: UUID) -> list[dict[str, Any]]:
    """List the evidence of a criterion."""
    return [
        {
            "id": file.id,
            "name": file.name,
            "href": reverse("assessment_evidence", args=[assessment_id, file.id]),
            "by": f"{file.added_by} · {moment(file.added_at)}",
        }
        for file in one.evidence
    ]


def next_href(found: Assessment, item: str) -> str:
    """Lead to the criterion after one; to the assessment after the last."""
    keys = [s.criterion.key for _, scores in found.groups for s in scores]
    after = keys[keys.index(item) + 1 :]
    if not after:
        return reverse("assessment", args=[found.line.id])
    return reverse("assessment_score", args=[found.line.id, after[0]])


def rule_text(one: Criterion) -> str:
    """Say how points are made."""
    maximum, rule = number(one.maximum), one.rule
    if rule.kind in (RuleKind.RATIO, RuleKind.COMPUTED):
        if rule.target == 1:
            return gettext("Điểm = a ÷ b × {maximum}.").format(maximum=maximum)
        text = gettext("Điểm = a ÷ b ÷ {target} % × {maximum}, không quá {maximum}.")
        return text.format(target=number(rule.target * 100), maximum=maximum)
    if rule.kind is RuleKind.STEPPED:
        text = gettext("từ {at_least} được {points} điểm")
        steps = [
            text.format(at_least=number(s.at_least), points=number(s.points))
            for s in rule.steps
        ]
        return f"{'; '.join(steps)}."
    if rule.kind is RuleKind.YES_NO:
        return gettext("Có: {maximum} điểm. Không: 0 điểm.").format(maximum=maximum)
    return gettext("Đơn vị tự chấm; cơ quan thẩm định chấm lại.")


def timeline(remarks: Iterable[Remark]) -> list[dict[str, Any]]:
    """Lay out what was said about a criterion, in its order."""
    return [
        {
            "title": _remark_title(one),
            "at": f"{one.by} · {moment(one.at)}",
            "note": one.text,
            "state": "done",
        }
        for one in remarks
    ]


def _remark_title(one: Remark) -> str:
    title = str(REMARKS[one.kind])
    if one.points is None:
        return title
    return gettext("{title}: {points} điểm").format(
        title=title, points=number(one.points)
    )


ROW, TOP, LEFT, WIDE = 26, 8, 250, 320


def bars(lines: Sequence[LeagueLine]) -> dict[str, Any]:
    """Draw a league table as bars, by the share of the maximum."""
    ranked = [one for one in lines if one.rank is not None][:60]
    drawn = []
    for place, one in enumerate(ranked):
        part = float(one.total.points / one.total.maximum) if one.total.maximum else 0
        y = TOP + place * ROW
        drawn.append(
            {
                "label": short(one.name),
                "y": y,
                "text_y": y + 14,
                "width": round(part * WIDE, 1),
                "value_x": round(LEFT + part * WIDE + 6, 1),
                "value": number(one.total.points),
            }
        )
    return {"bars": drawn, "height": 2 * TOP + len(ranked) * ROW, "left": LEFT}


def short(name: str) -> str:
    """Shorten the name of a unit for a bar."""
    plain = name.replace("Ủy ban nhân dân ", "").replace(" tỉnh Quảng Ninh", "")
    return plain if len(plain) <= 34 else f"{plain[:33]}…"


def league_rows(lines: Iterable[LeagueLine]) -> list[dict[str, Any]]:
    """Show the lines of a league table."""
    return [
        {
            "rank": one.rank,
            "name": one.name,
            "points": number(one.total.points),
            "maximum": number(one.total.maximum),
            "share": share(one.total.share),
            "complete": ""
            if one.total.scored == one.total.items
            else f"{one.total.scored}/{one.total.items}",
        }
        for one in lines
    ]
