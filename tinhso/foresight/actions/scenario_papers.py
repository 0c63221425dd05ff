"""Print a frozen scenario as PDF/A, sealed by the organization of who froze it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from tinhso.documents import actions as documents
from tinhso.documents.types import (
    CodeMissing,
    MeansNotDeclared,
    PinMissing,
    Signatory,
    SignatureRole,
)
from tinhso.foresight.models import FrozenScenarioRow
from tinhso.foresight.types.dynamics import Model
from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import local
from tinhso.kernel.text import fraction
from tinhso.people import queries as people
from tinhso.people.types import Organization
from tinhso.security import queries as security

TEMPLATE, KIND = "scenario_proposal", "PA"
SHOWN = ("q10", "q50", "q90")


def print_scenario(
    row: FrozenScenarioRow, model: Model, actor: Actor, at: datetime
) -> UUID:
    """Print a scenario that is about to be frozen, and seal it; answer the document.

    Where the organization has no seal that signs without a code, it goes unsealed.
    """
    one = people.get_organization(organization_id=min(security.managed_by(actor=actor)))
    document = documents.render_document(
        template_key=TEMPLATE,
        template_version=None,
        data=_data(row, model, one, at),
        title=f"Phương án: {row.title}"[:300],
        kind=KIND,
        organization_id=one.id,
        owner_id=None,
        synthetic=row.made_up,
        number_series=None,
        replaces=None,
        actor=actor,
        at=at,
    )
    _seal(document.id, one, actor, at)
    return document.id


def _seal(document_id: UUID, one: Organization, actor: Actor, at: datetime) -> None:
    try:
        documents.sign_document(
            document_id=document_id,
            signatory=Signatory(None, one.id, one.name, "", one.name),
            role=SignatureRole.SEAL,
            actor=actor,
            at=at,
        )
    except (MeansNotDeclared, PinMissing, CodeMissing):
        return


def _data(
    row: FrozenScenarioRow, model: Model, one: Organization, at: datetime
) -> dict[str, Any]:
    told = row.told
    ledger = told["ledger"]
    titles = {each.name: each.title for each in model.variables}
    return {
        "agency": one.name,
        "date": local(at).date().isoformat(),
        "title": row.title,
        "reason": row.reason,
        "model": f"{model.title}, phiên bản {row.version}",
        "model_digest": row.model_digest,
        "digest": row.digest,
        "members": row.members,
        "seed": str(row.seed),
        "by": row.frozen_by,
        "output": titles.get(ledger["output"], ledger["output"]),
        "target": _target(told, titles),
        "chance": _percent(told["chance"]),
        "chance_before": _percent(told["chance_at_baseline"]),
        "cost": _money(ledger["cost"]),
        "measures": [_measure(each, model) for each in ledger["interventions"]],
        "years": list(_years(told, ledger["output"])),
        "inputs": [_input(each, model) for each in told["inputs"]],
        "made_up": row.made_up,
    }


def _target(told: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    target = told["target"]
    if target is None:
        return "Không đặt mục tiêu"
    name = titles.get(target["output"], target["output"])
    goal = fraction(target["at_least"])
    return f"{name}: ít nhất {goal}, thời điểm {target['time']:g}"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{fraction(round(100 * share, 1))} %"


def _money(million: float | None) -> str:
    if million is None:
        return "chưa rõ"
    return f"{fraction(round(million / 1000, 1))} tỷ đồng"


def _measure(one: Mapping[str, Any], model: Model) -> dict[str, str]:
    costs = one["costs"]
    proofs = "; ".join(proof["source"] for proof in one["evidence"])
    return {
        "name": one["title"],
        "value": f"{_level(one, model)} {one['unit']}".strip(),
        "cost": _money(None if costs is None else sum(each[1] for each in costs)),
        "effect": fraction(round(one["within"], 2)),
        "evidence": proofs or "Chưa có bằng chứng",
    }


def _level(one: Mapping[str, Any], model: Model) -> str:
    lever = next(each.lever for each in model.parameters if each.name == one["lever"])
    level = (
        next((e for e in lever.levels if e.key == one["level"]), None)
        if lever
        else None
    )
    value = fraction(one["value"])
    return f"{level.vi}: {value}" if level else value


def _years(told: Mapping[str, Any], output: str) -> Any:
    pairs = zip(told["current"], told["baseline"], strict=True)
    for now, rest in pairs:
        if now["output"] == output:
            yield {
                "year": f"{now['time']:g}",
                **{name: _number(now[name]) for name in SHOWN},
                "rest": _number(rest["q50"]),
            }


def _number(value: float) -> str:
    return fraction(round(value, 2 if abs(value) < 1000 else 0))


def _input(one: Mapping[str, Any], model: Model) -> dict[str, str]:
    title = next(each.title for each in model.parameters if each.name == one["name"])
    flag = " (số dự phòng)" if one["fallback"] else ""
    return {
        "name": title,
        "value": f"{_number(one['value'])}, kỳ {one['period']}{flag}",
        "source": one["lineage"],
    }
