"""A leader of the province, an officer of an agency, and a directive between them."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from tinhso.operations import actions
from tinhso.operations.types import Number
from tinhso.people import queries as people
from tinhso.procedures import actions as dossiers

LATE_DOSSIERS = Number("dossiers_late", "2026-05", "so_gddt", "Sở GD&ĐT", "12,5 %")


@pytest.fixture
def leader(sign_in):
    return sign_in("Vương Quốc Thái")


@pytest.fixture
def answering(sign_in):
    """A case officer of the agency that is directed."""
    return sign_in("Cao Thị Hằng")


@pytest.fixture
def agency(content, now):
    return people.organization_by_key(key="so_gddt", on=now.date())


@pytest.fixture
def issue(leader, agency, now):
    def do(**changes):
        words = {
            "agency_id": agency.id,
            "text": "Rà soát hồ sơ trễ hạn và báo cáo nguyên nhân.",
            "due_on": date(2026, 6, 19),
            "key": str(uuid4()),
            "number": LATE_DOSSIERS,
            "actor": leader,
            "at": now,
        }
        return actions.issue_directive(**{**words, **changes})

    return do


@pytest.fixture
def act(now):
    """Take an action on the dossier of a directive."""

    def do(directive, action, actor, *, at=now + timedelta(hours=1), **more):
        seen = dossiers.open_dossier(
            dossier_id=directive.dossier_id, actor=actor, at=at
        )
        return dossiers.take_action(
            dossier_id=directive.dossier_id,
            action_key=action,
            revision=seen.revision,
            actor=actor,
            at=at,
            **more,
        )

    return do


@pytest.fixture
def answer(act, answering, picture, now):
    def do(directive, *, at=now + timedelta(hours=2), note="Đã xử lý xong."):
        act(
            directive,
            "answer",
            answering,
            at=at,
            note=note,
            uploads=[("minh-chung.png", picture())],
        )

    return do
