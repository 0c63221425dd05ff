"""Whose turn it is: what is offered, what is not and why, and what will be signed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from tinhso.documents import queries as documents
from tinhso.documents.types import Ask
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Conflict, Refused
from tinhso.procedures.types import (
    RECALL_WITHIN,
    Action,
    AnotherSignerNamed,
    Dossier,
    Effect,
    Need,
    SamePersonTwice,
)
from tinhso.web.ui.desk import CITIZEN, is_free
from tinhso.web.ui.phrases import said, say_refusal

# What cannot be taken back is asked about once more.
SIGNING = {Effect.SIGN_RESULT, Effect.SEAL_RESULT}


def offers(dossier: Dossier, actor: Actor) -> list[dict[str, Any]]:
    """List the actions an officer is offered; the first that moves on leads.

    None while a colleague has the dossier.
    """
    if _is_with_colleague(dossier, actor):
        return []
    found = [
        action
        for action in dossier.offered
        if action.role != CITIZEN and not why_not(action, dossier, actor)
    ]
    lead = next((a for a in found if _leads_on(a, dossier, found)), None)
    return [_offer(action, dossier, action is lead) for action in found]


def withheld(dossier: Dossier, actor: Actor) -> list[dict[str, str]]:
    """List what one's role could do here but oneself may not, each with the reason."""
    if _is_with_colleague(dossier, actor):
        return []
    barred = [one.action for one in dossier.barred]
    return [
        {"title": said(action.title), "why": say_refusal(reason)}
        for action in (*barred, *dossier.offered)
        if (reason := why_not(action, dossier, actor))
    ]


def why_not(action: Action, dossier: Dossier, actor: Actor) -> Refused | None:
    """Tell why somebody may not take an action now; None if they may."""
    for barred in dossier.barred:
        if barred.action == action:
            return SamePersonTwice(earlier=said(barred.earlier.title))
    if action not in dossier.offered:
        return Conflict()
    signer = dossier.result_data.get("signer", {})
    is_other = signer.get("person_id") != str(actor.person_id)
    if Effect.SIGN_RESULT in action.effects and signer and is_other:
        return AnotherSignerNamed(name=signer.get("name", ""))
    return None


def signature(action: Action, dossier: Dossier) -> dict[str, Any] | None:
    """Lay out what an action will sign, and in whose name; None if it signs nothing."""
    if not SIGNING & set(action.effects) or dossier.result_document_id is None:
        return None
    document = documents.get_document(document_id=dossier.result_document_id)
    signer = dossier.result_data.get("signer", {})
    by_leader = Effect.SIGN_RESULT in action.effects
    return {
        "paper": document.title,
        "number": document.number,
        "pdf": reverse("desk_result", args=[dossier.id]),
        "by_leader": by_leader,
        "who": signer.get("name", "") if by_leader else dossier.organization_name,
        "post": signer.get("title", "") if by_leader else "",
    }


def signers_key(action: Action, dossier: Dossier, actor: Actor) -> dict[str, UUID]:
    """Name whose key an action signs with: of the leader who acts, or the agency's."""
    if Effect.SIGN_RESULT in action.effects and actor.person_id is not None:
        return {"person_id": actor.person_id}
    if Effect.SEAL_RESULT in action.effects:
        return {"organization_id": dossier.organization_id}
    return {}


def asked_when_signing(action: Action, dossier: Dossier, actor: Actor) -> Ask:
    """Tell what an action asks of whoever signs: nothing, a PIN, a one-time code."""
    whose = signers_key(action, dossier, actor)
    return documents.asked_when_signing(**whose) if whose else Ask.NOTHING


def stands_in_for(dossier: Dossier, actor: Actor) -> str:
    """Name the absent leader in whose stead one may sign this draft; "" if none."""
    if dossier.procedure.workflow.signing(dossier.step.key) is None:
        return ""
    signer = dossier.result_data.get("signer", {})
    covered = actor.covered("leader", at=dossier.organization_id)
    is_covered = signer.get("person_id") in {str(one.person_id) for one in covered}
    return str(signer["name"]) if is_covered else ""


def may_recall(dossier: Dossier, actor: Actor, at: datetime) -> bool:
    """Tell whether one has just handed the dossier on and nobody has taken it up."""
    last, task = dossier.moves[-1], dossier.task
    action = dossier.procedure.workflow.action(last.action)
    is_plain = action is not None and not action.effects and not action.needs
    is_fresh = last.actor_id == actor.id and at - last.at <= RECALL_WITHIN
    return is_plain and is_fresh and task is not None and task.assignee_id is None


def _is_with_colleague(dossier: Dossier, actor: Actor) -> bool:
    task = dossier.task
    if task is None or task.assignee_id == actor.id:
        return False
    return not is_free(actor, task.role, task.organization_id, task.assignee_id)


def _leads_on(action: Action, dossier: Dossier, found: Sequence[Action]) -> bool:
    """Tell whether an action is the usual next thing: not a refusal, not a request."""
    if {Need.REASON, Need.FIELD_REASONS} & set(action.needs):
        return False
    again = action.to == dossier.step.key and dossier.result_document_id is not None
    return not again or len(found) == 1


def _offer(action: Action, dossier: Dossier, leads: bool) -> dict[str, Any]:
    goal = dossier.procedure.workflow.step(action.to or dossier.step.key)
    ends_it = Need.REASON in action.needs and goal.is_end
    quiet = "danger" if ends_it else "secondary"
    return {
        "key": action.key,
        "title": said(action.title),
        "asks": bool(action.needs) or bool(SIGNING & set(action.effects)),
        "kind": "primary" if leads else quiet,
        "href": reverse(
            "intake_supply" if Need.ANSWERS in action.needs else "desk_act",
            args=[dossier.id, action.key],
        ),
    }
