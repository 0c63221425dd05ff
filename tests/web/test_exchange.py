"""Services for everybody to read of, agreements for officers, reads for people."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.exchange.conftest import OWNER, SERVICE, WARD
from tests.exchange.service import DOCUMENT
from tinhso.exchange import actions, queries
from tinhso.exchange.queries.log import HAND_OVER
from tinhso.exchange.types import AgreementState, SubsystemName
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.audit import actions as audit
from tinhso.people import actions as registry
from tinhso.people import queries as people
from tinhso.people.types import Role
from tinhso.security.models import Account

FORM = {
    "operations": ["getPerson"],
    "fields": "name\naddress.ward",
    "purpose": "Điền sẵn hồ sơ một cửa",
    "source": "NĐ 47/2020/NĐ-CP",
    "valid_from": "01/06/2026",
    "valid_to": "01/06/2027",
    "per_minute": "60",
    "per_day": "5.000",
}


@pytest.fixture
def service(ward, now):
    """A service of the ward; its own systems may ask for it, too."""
    by = {"actor": SYSTEM, "at": now}
    actions.register_member(
        name=OWNER, title="Chủ", organization_id=ward.id, gateway="a.example:5500", **by
    )
    actions.register_subsystem(name=SERVICE.subsystem, title="Dân cư", **by)
    return actions.register_service(
        name=SERVICE,
        title="Tra cứu dân cư",
        address="http://127.0.0.1:1",
        document=DOCUMENT,
        about="path:number",
        is_sandbox=True,
        **by,
    )


@pytest.fixture
def system(service, ward, now):
    actions.register_member(
        name=WARD,
        title="Phường",
        organization_id=ward.id,
        gateway="b.example:5500",
        actor=SYSTEM,
        at=now,
    )
    made, _ = actions.register_subsystem(
        name=SubsystemName(WARD, "motcua"), title="Một cửa", actor=SYSTEM, at=now
    )
    return made


@pytest.fixture
def browser(settings):
    settings.TINHSO_OFFICERS_NEED_SECOND_FACTOR = False

    def of(actor):
        client = Client()
        client.force_login(Account.objects.get(pk=actor.id))
        return client

    return of


@pytest.fixture
def asked(browser, officer, system, service):
    """An officer asks; answers the address of the agreement."""
    answer = browser(officer).post(
        f"/lam-viec/chia-se/de-nghi/{service.id}", {**FORM, "consumer": str(system.id)}
    )
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def one(actor):
    (found,) = queries.agreements_for(actor=actor)
    return found


def test_everybody_reads_which_services_there_are(client, service):
    page = client.get("/dich-vu-du-lieu").content.decode()
    assert "Tra cứu dân cư" in page
    assert "Dữ liệu mô phỏng" in page

    page = client.get(f"/dich-vu-du-lieu/{service.id}").content.decode()
    assert f"GET /r1/{SERVICE}/people/{{number}}" in page
    assert client.get(f"/dich-vu-du-lieu/{service.id}.json").json() == DOCUMENT


def test_one_asks_and_another_approves(browser, asked, officer, leader):
    mine = browser(officer)
    assert one(officer).state is AgreementState.ASKED
    assert "Chờ quyết định" in mine.get("/lam-viec/chia-se").content.decode()

    refused = mine.post(f"{asked}/quyet-dinh", {"decision": "approve"})
    assert refused.status_code == 403
    done = browser(leader).post(f"{asked}/quyet-dinh", {"decision": "approve"})

    assert done.status_code == 302
    approved = one(officer)
    assert approved.state is AgreementState.APPROVED
    assert approved.fields == ("name", "address.ward")
    assert approved.per_day == 5000


def test_who_asked_does_not_approve(browser, leader, system, service):
    mine = browser(leader)
    answer = mine.post(
        f"/lam-viec/chia-se/de-nghi/{service.id}", {**FORM, "consumer": str(system.id)}
    )
    asked = answer["Location"]

    page = mine.get(asked).content.decode()
    mine.post(f"{asked}/quyet-dinh", {"decision": "approve"})

    assert "nên một người khác quyết định" in page
    assert one(leader).state is AgreementState.ASKED


def test_a_refusal_needs_a_reason(browser, asked, leader):
    mine = browser(leader)

    mine.post(f"{asked}/quyet-dinh", {"decision": "refuse", "reason": " "})
    assert one(leader).state is AgreementState.ASKED

    mine.post(f"{asked}/quyet-dinh", {"decision": "refuse", "reason": "Chưa rõ"})
    assert (one(leader).state, one(leader).reason) == (
        AgreementState.REFUSED,
        "Chưa rõ",
    )


def test_an_agreement_is_ended_once(browser, asked, leader):
    mine = browser(leader)
    mine.post(f"{asked}/quyet-dinh", {"decision": "approve"})
    mine.post(f"{asked}/quyet-dinh", {"decision": "end", "reason": "Hết việc"})
    assert one(leader).state is AgreementState.ENDED

    again = mine.post(
        f"{asked}/quyet-dinh", {"decision": "approve"}, follow=True
    ).content.decode()

    assert "đã được quyết định" in again
    assert one(leader).state is AgreementState.ENDED


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("operations", []),
        ("operations", ["khac"]),
        ("fields", ""),
        ("fields", "a..b"),
        ("purpose", ""),
        ("source", " "),
        ("valid_to", "01/06/2026"),
        ("valid_to", "01/06/2036"),
        ("valid_from", "hôm nay"),
        ("per_minute", "0"),
        ("per_day", "nhiều"),
        ("consumer", "khac"),
    ],
)
def test_what_cannot_be_agreed_to_is_said_beside_its_field(
    browser, officer, system, service, name, value
):
    typed = {**FORM, "consumer": str(system.id), name: value}

    answer = browser(officer).post(f"/lam-viec/chia-se/de-nghi/{service.id}", typed)

    assert answer.status_code == 422
    assert 'id="error-summary"' in answer.content.decode()
    assert queries.agreements_for(actor=officer) == ()


def test_agencies_that_have_no_part_in_it_know_nothing_of_it(
    browser, asked, subscribed, sign_in, now
):
    away = people.organization_by_key(key="xa_06685", on=now.date())
    person = registry.register_person(full_name="Lý Văn Xa", actor=SYSTEM, at=now)
    registry.appoint(
        person_id=person.id,
        organization_id=away.id,
        role=Role.LEADER,
        title="Chủ tịch",
        on=now.date(),
        actor=SYSTEM,
        at=now,
    )
    stranger = browser(sign_in("Lý Văn Xa"))

    for one_of_them in (asked, subscribed):
        assert stranger.get(one_of_them).status_code == 404
        deciding = f"{one_of_them}/quyet-dinh"
        assert stranger.post(deciding, {"decision": "approve"}).status_code == 404
    page = stranger.get("/lam-viec/chia-se").content.decode()
    assert "Điền sẵn" not in page
    assert "Báo trạng thái" not in page


@pytest.fixture
def subscribed(system, officer, now):
    """An officer asks that the system be told; answers the address of it."""
    made, _ = actions.ask_subscription(
        consumer=system.name,
        topic="dossier.moved",
        address="https://ward.example/hook",
        fields=["code"],
        purpose="Báo trạng thái",
        source="NĐ 47/2020/NĐ-CP",
        actor=officer,
        at=now,
    )
    return f"/lam-viec/chia-se/dang-ky/{made.id}"


def state_of(now):
    return [one.state for one in queries.subscriptions(on=now.date())]


@pytest.fixture
def head(sign_in):
    return sign_in("Vương Quốc Thái")


def test_a_head_of_the_province_approves_a_subscription(
    browser, subscribed, officer, leader, head, now
):
    mine, deciding = browser(officer), browser(head)
    for one_of_them in (mine, deciding):
        page = one_of_them.get("/lam-viec/chia-se").content.decode()
        assert "Hồ sơ chuyển bước" in page
        assert "Chờ quyết định" in page
    assert "https://ward.example/hook" in deciding.get(subscribed).content.decode()

    yes = {"decision": "approve"}
    for other in (mine, browser(leader)):
        assert 'value="approve"' not in other.get(subscribed).content.decode()
        assert other.post(f"{subscribed}/quyet-dinh", yes).status_code == 403
    assert 'value="approve"' in deciding.get(subscribed).content.decode()
    done = deciding.post(f"{subscribed}/quyet-dinh", yes)

    assert done["Location"] == subscribed
    assert state_of(now) == [AgreementState.APPROVED]


def test_a_subscription_is_refused_with_a_reason(browser, subscribed, head, now):
    mine = browser(head)

    mine.post(f"{subscribed}/quyet-dinh", {"decision": "refuse", "reason": ""})
    assert state_of(now) == [AgreementState.ASKED]

    mine.post(f"{subscribed}/quyet-dinh", {"decision": "refuse", "reason": "Chưa rõ"})
    assert state_of(now) == []
    assert "Chưa rõ" in mine.get(subscribed).content.decode()


@pytest.mark.parametrize("who", ["officer", "head"])
def test_either_side_ends_a_subscription(request, browser, subscribed, head, who, now):
    browser(head).post(f"{subscribed}/quyet-dinh", {"decision": "approve"})
    mine = browser(request.getfixturevalue(who))
    assert 'value="end"' in mine.get(subscribed).content.decode()

    mine.post(f"{subscribed}/quyet-dinh", {"decision": "end", "reason": "Hết việc"})

    assert state_of(now) == []
    assert 'value="end"' not in mine.get(subscribed).content.decode()


def test_people_see_which_systems_read_about_them(browser, asked, leader, citizen, now):
    browser(leader).post(f"{asked}/quyet-dinh", {"decision": "approve"})
    audit.write(
        HAND_OVER,
        subject="people.Person",
        subject_id=citizen.person_id,
        actor=SYSTEM,
        at=clock.now() - timedelta(minutes=1),
        details={"agreement": str(one(leader).id), "message": "x"},
    )

    page = browser(citizen).get("/ai-da-xem").content.decode()

    assert "Một cửa" in page
    assert "Điền sẵn hồ sơ một cửa" in page


def test_what_is_not_there_is_not_found(browser, leader, client):
    nothing = "00000000-0000-7000-8000-000000000000"
    mine = browser(leader)

    assert client.get(f"/dich-vu-du-lieu/{nothing}").status_code == 404
    assert client.get(f"/dich-vu-du-lieu/{nothing}.json").status_code == 404
    for path in (f"de-nghi/{nothing}", f"dang-ky/{nothing}", nothing):
        assert mine.get(f"/lam-viec/chia-se/{path}").status_code == 404
    path = f"/lam-viec/chia-se/{nothing}/quyet-dinh"
    assert mine.post(path, {"decision": "approve"}).status_code == 404
