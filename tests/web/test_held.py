"""What people hold already completes a dossier that was returned to them."""

# ruff: noqa: F811

import re
from datetime import timedelta

import pytest

from tests.procedures.test_held import ANSWERS, RESIDENCE, born  # noqa: F401
from tests.web.test_citizen import client_of, words
from tinhso.kernel import clock
from tinhso.procedures import actions
from tinhso.procedures.types import Channel


@pytest.fixture(autouse=True)
def _built(built):
    """Pages name their files by content, so the files come first."""


@pytest.fixture(autouse=True)
def _clock(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=1))


@pytest.fixture
def returned(citizen, clerk, ward, upload, now):
    """A dossier whose proof of the relation is asked for once more."""
    made = actions.submit_dossier(
        procedure_code=RESIDENCE,
        organization_id=ward.id,
        channel=Channel.ONLINE,
        answers={**ANSWERS, "relation_proof": [upload(citizen)]},
        key="k",
        actor=citizen,
        at=now,
    )
    return actions.take_action(
        dossier_id=made.id,
        action_key="ask_supplement",
        revision=made.revision,
        reasons={"relation_proof": "Ảnh bị mờ."},
        actor=clerk,
        at=now,
    )


def test_a_supplement_takes_a_paper_that_was_issued_here(citizen, born, returned):
    web = client_of(citizen)
    address = f"/ho-so/{returned.id}/bo-sung"
    page = words(web.get(address))
    value = re.search(r'name="reuse" value="([^"]+)"', page)[1]
    kept = re.findall(r'name="kept.relation_proof" value="([^"]+)"', page)
    form = {"revision": returned.revision, "kept.relation_proof": kept}

    page = words(web.post(address, {**form, "reuse": value}))
    assert "Hồ sơ này đã có" in page
    kept = re.findall(r'name="kept.relation_proof" value="([^"]+)"', page)
    assert len(kept) == 2

    form["kept.relation_proof"] = kept
    sent = web.post(address, {**form, "send": "1"})
    assert sent["Location"] == f"/ho-so/{returned.id}"
    page = words(web.get(sent["Location"]))
    assert f"Từ kho giấy tờ: kết quả hồ sơ {born.code}" in page
