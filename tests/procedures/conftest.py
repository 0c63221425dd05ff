"""A birth registration that is submitted and acted upon."""

from datetime import timedelta
from uuid import uuid4

import pytest

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
