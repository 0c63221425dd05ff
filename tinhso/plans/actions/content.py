"""Take what packs declare of plans and ratings."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.packs.types import Content, Find, Kind
from tinhso.people import queries as people
from tinhso.people.types import Organization
from tinhso.plans.models import PlanRow, TaskRow
from tinhso.plans.queries.plans import PLANS as PLANS_KIND
from tinhso.plans.queries.reviews import RATINGS as RATINGS_KIND
from tinhso.plans.rules import declared
from tinhso.plans.types import SCHEMAS, DeclaredPlan, DeclaredTask, Words

# What other rooms call the content that a plan names.
ORGANIZATIONS_KIND = "organizations"
TARGETS_KIND, INDICATORS_KIND = "targets", "indicators"


def take_plan(content: Content, actor: Actor, at: datetime) -> None:
    """Enter a plan with its tasks; of tasks that are there only the words change.

    Day and agency of a task that was entered before are changed by its keeper, with a
    reason, and by nobody else.

    :raises OrganizationUnknown: if its owner was not there when it began.
    """
    told = declared.plan_of(content.body)
    with transaction.atomic():
        owner = people.organization_by_key(key=told.owner, on=told.first_day)
        row, _ = PlanRow.objects.update_or_create(
            key=told.key,
            defaults={
                "first_day": told.first_day,
                "last_day": told.last_day,
                "owner_id": owner.id,
                "report_every": told.report_every,
                "is_synthetic": told.is_synthetic,
            },
        )
        agencies = people.organizations_by_key(
            keys={one.agency for one in told.tasks}, on=told.first_day
        )
        for task in told.tasks:
            _enter(row, told, task, agencies.get(task.agency))
        audit.write(
            "plans.take_plan",
            subject="plans.Plan",
            subject_id=row.id,
            actor=actor,
            at=at,
            details={"key": row.key, "version": content.version},
        )


def _enter(
    row: PlanRow, plan: DeclaredPlan, task: DeclaredTask, agency: Organization | None
) -> None:
    words = {
        "group": task.group,
        "text": _json(task.text),
        "product": _json(task.product),
        "responsible": task.responsible,
        "cooperating": list(task.cooperating),
        "target": task.target,
        "indicator": task.indicator,
        "source": task.source,
    }
    first = {
        "agency_id": agency.id if agency else None,
        "keeper_id": row.owner_id,
        "begins_on": plan.first_day,
        "due_on": task.due_on,
    }
    TaskRow.objects.update_or_create(
        plan=row,
        number=task.number,
        defaults=words,
        create_defaults={**words, **first},
    )


def _json(words: Words) -> dict[str, str]:
    return {"vi": words.vi, "en": words.en}


def take_content(content: Content, actor: Actor, at: datetime) -> None:
    """Take a scale; it is read from the pack when it is asked for."""


def compare_plan(content: Content, find: Find) -> Mapping[str, str]:
    """Answer which agencies, targets and indicators a plan names that no pack has."""
    return {**_strange_agencies(content, find), **_strange_targets(content, find)}


def _strange_agencies(content: Content, find: Find) -> Mapping[str, str]:
    found = find(ORGANIZATIONS_KIND, content.body["organizations"])
    if found is None:
        return {"organizations": "no such organizations"}
    known = {one["key"] for one in found.body["organizations"]}
    return {
        field: f"no organization {key!r}"
        for field, key in declared.agencies_of(content.body)
        if key not in known
    }


def _strange_targets(content: Content, find: Find) -> Mapping[str, str]:
    if "targets" not in content.body:
        return {}
    found = find(TARGETS_KIND, content.body["targets"])
    if found is None:
        return {"targets": f"no targets {content.body['targets']!r}"}
    targets = {t["key"] for c in found.body["clauses"] for t in c["targets"]}
    measured = find(INDICATORS_KIND, found.body["indicators"])
    known = {one["key"] for one in measured.body["indicators"]} if measured else set()
    names = {"target": targets, "indicator": known}
    return {
        f"groups.{place}.tasks.{number}.{name}": f"no {name} {told[name]!r}"
        for place, group in enumerate(content.body["groups"])
        for number, told in enumerate(group.get("tasks", ()))
        for name, there in names.items()
        if name in told and told[name] not in there
    }


PLANS = Kind(
    name=PLANS_KIND,
    pattern="plans/*.yaml",
    schema=SCHEMAS / "plan.json",
    apply=take_plan,
    check=lambda content: declared.faults_of_plan(content.body),
    compare=compare_plan,
)
RATINGS = Kind(
    name=RATINGS_KIND,
    pattern="ratings/*.yaml",
    schema=SCHEMAS / "ratings.json",
    apply=take_content,
)
