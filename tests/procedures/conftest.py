"""A birth registration that is submitted and acted upon."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tinhso.documents import actions as documents
from tinhso.kernel.events import actions as events
from tinhso.kernel.events.models import OutboxEvent
from tinhso.procedures import actions
from tinhso.procedures.types import Channel


@pytest.fixture
def submit(citizen, ward, answers, now):
    def do(*, at=now, key=None, **changes):
        return actions.submit_dossier(
            procedure_code="1.001193",
            organization_id=ward.id,
            channel=Channel.ONLINE,
            answers={**answers, **changes},
            key=key or str(uuid4()),
            actor=citizen,
            at=at,
        )

    return do


@pytest.fixture
def act(now):
    def do(dossier, action, actor, *, minutes=10, **more):
        return actions.take_action(
            dossier_id=dossier.id,
            action_key=action,
            revision=dossier.revision,
            actor=actor,
            at=now + timedelta(minutes=minutes),
            **more,
        )

    return do


@pytest.fixture
def data(monkeypatch):
    """What templates were filled with, by their key; the last of each."""
    seen = {}

    def spy(original):
        def inner(**given):
            seen[given["template_key"]] = given["data"]
            return original(**given)

        return inner

    for name in ("render_document", "print_sheet"):
        monkeypatch.setattr(documents, name, spy(getattr(documents, name)))
    return seen


@pytest.fixture
def happen(now):
    """Let all reactions to what happened run."""

    def do():
        for event in OutboxEvent.objects.order_by("id"):
            events.deliver(event_id=event.id, at=now + timedelta(hours=1))

    return do
