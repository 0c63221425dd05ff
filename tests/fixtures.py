"""The packs applied, people signed in, a complete application at hand."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.db import connection
from PIL import Image

from tests import softhsm
from tinhso.documents import actions as documents
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.packs import actions as packs
from tinhso.people import actions as registry
from tinhso.people import queries as people
from tinhso.people.models import PersonRow
from tinhso.people.types import Role
from tinhso.procedures import actions as procedures
from tinhso.procedures.types import Channel
from tinhso.security import actions as security
from tinhso.security import queries as security_queries

# What the packs write, by table: applying them takes seconds, copying it does not.
_applied: dict[str, bytes] = {}


@pytest.fixture(scope="session")
def softhsm_token(tmp_path_factory):
    """A token with keys of all kinds, and the home of the authority that knows them."""
    if softhsm.find() is None:
        pytest.skip(softhsm.REASON)
    return softhsm.Hsm(tmp_path_factory.mktemp("hsm"))


@pytest.fixture
def token(softhsm_token, settings):
    settings.TINHSO_HOME = softhsm_token.home
    settings.TINHSO_PKCS11_MODULE = softhsm.find()
    return softhsm_token


@pytest.fixture
def content(db, now):
    """All packs, the synthetic people included; applied once, then copied."""
    is_empty = not _filled_tables()
    if _applied and is_empty:
        _copy_in()
        return
    packs.apply(
        django_settings.TINHSO_PACKS,
        actor=SYSTEM,
        at=now - timedelta(days=300),
        with_demo=True,
    )
    if is_empty:
        _copy_out()


def _filled_tables():
    """List our tables that hold anything, in one question."""
    tables = [
        model._meta.db_table
        for model in apps.get_models()
        if model.__module__.startswith("tinhso.")
    ]
    asked = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return [table for (table,) in cursor.fetchall()]


def _copy_out():
    with connection.cursor() as cursor:
        for table in _filled_tables():
            with cursor.copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy:
                _applied[table] = b"".join(bytes(part) for part in copy)


def _copy_in():
    with connection.cursor() as cursor:
        # The rows were checked when they were written, and the journal takes no copies.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, rows in _applied.items():
            with cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
                copy.write(rows)
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.fixture
def sign_in(content, now):
    """Answer the actor of somebody, by their full name."""

    def actor(full_name):
        person = PersonRow.objects.get(full_name=full_name)
        account = security_queries.get_account(username=str(person.id))
        if account is None:
            account = security.open_account(
                username=str(person.id),
                password=None,
                person_id=person.id,
                is_officer=bool(people.posts_of(person_id=person.id, on=now.date())),
                actor=SYSTEM,
                at=now,
            )
        return security_queries.actor_of(account_id=account.id, at=now)

    return actor


@pytest.fixture
def citizen(sign_in):
    return sign_in("Nguyễn Thị Hoa")


@pytest.fixture
def clerk(sign_in):
    return sign_in("Vũ Thị Lan")


@pytest.fixture
def officer(sign_in):
    return sign_in("Hoàng Văn Nam")


@pytest.fixture
def leader(sign_in):
    return sign_in("Bùi Quang Hải")


@pytest.fixture
def registrar(sign_in):
    return sign_in("Ngô Thị Thu")


@pytest.fixture
def ward(content, now):
    return people.organization_by_key(key="xa_06688", on=now.date())


@pytest.fixture
def picture():
    """The bytes of a small picture, another one each time."""
    count = 0

    def make():
        nonlocal count
        count += 1
        buffer = BytesIO()
        Image.new("RGB", (40, 30), (count % 256, 80, 120)).save(buffer, "PNG")
        return buffer.getvalue()

    return make


@pytest.fixture
def upload(picture, now):
    """Store a picture for somebody; answer its id."""

    def store(actor):
        file = documents.store_file(
            content=picture(),
            name="giay-chung-sinh.png",
            owner_id=actor.person_id,
            organization_id=None,
            accepted=("image/png",),
            max_bytes=10**6,
            actor=actor,
            at=now,
        )
        return str(file.id)

    return store


@pytest.fixture
def answers(citizen, upload):
    """A birth registration, answered in full."""
    return {
        "requester_name": "Nguyễn Thị Hoa",
        "requester_number": "022195999001",
        "requester_residence": "Tổ 5, khu 3, phường Hạ Long",
        "requester_phone": "0900000001",
        "requester_relation": "mother",
        "child_name": "Phạm Gia Hân",
        "child_birth_date": "2026-06-01",
        "child_gender": "female",
        "child_birth_place": "Bệnh viện Sản Nhi Quảng Ninh",
        "child_ethnicity": "Kinh",
        "child_nationality": "Việt Nam",
        "child_home_town": "Phường Hạ Long, tỉnh Quảng Ninh",
        "mother_known": True,
        "mother_name": "Nguyễn Thị Hoa",
        "mother_birth_date": "1995-03-12",
        "mother_number": "022195999001",
        "mother_residence": "Tổ 5, khu 3, phường Hạ Long",
        "father_known": False,
        "birth_proof_kind": "notice",
        "birth_proof": [upload(citizen)],
        "copies": 0,
        "pledge": True,
    }


@pytest.fixture
def department(content, now):
    return people.organization_by_key(key="so_tu_phap", on=now.date())


@pytest.fixture
def science(content, now):
    return people.organization_by_key(key="so_khcn", on=now.date())


@pytest.fixture
def jurist(department, sign_in, now):
    return _appointed("Trần Pháp", department, sign_in, now)


@pytest.fixture
def scientist(science, sign_in, now):
    return _appointed("Lê Công Nghệ", science, sign_in, now)


def _appointed(name, organization, sign_in, now):
    person = registry.register_person(full_name=name, actor=SYSTEM, at=now)
    registry.appoint(
        person_id=person.id,
        organization_id=organization.id,
        role=Role.CASE_OFFICER,
        title="Chuyên viên",
        on=now.date(),
        actor=SYSTEM,
        at=now,
    )
    return sign_in(name)


SINGLE = {
    "full_name": "Nguyễn Thị Hoa",
    "birth_date": "1995-03-12",
    "gender": "female",
    "personal_number": "022195999001",
    "ethnicity": "Kinh",
    "nationality": "Việt Nam",
    "residence": "Tổ 5, khu 3, phường Hạ Long",
    "phone": "0900000001",
    "status": "single",
    "purpose": "marriage",
    "spouse_name": "Trần Quốc Hưng",
    "marriage_office": "UBND phường Hạ Long",
    "had_before": False,
    "pledge": True,
}
# What officers add to each result, by procedure.
ENTRIES = {
    "1.004873": {"status_text": "Hiện tại chưa đăng ký kết hôn với ai."},
    "1.001193": {"child_number": "022326999001", "register_book": "01/2026"},
}


@pytest.fixture
def issue(citizen, clerk, officer, leader, registrar, ward):
    """Let a dossier of the citizen go its way to the sealed result."""

    def do(code, answers, at):
        dossier = procedures.submit_dossier(
            procedure_code=code,
            organization_id=ward.id,
            channel=Channel.ONLINE,
            answers=answers,
            key=str(uuid4()),
            actor=citizen,
            at=at,
        )
        data = {**ENTRIES[code], "signer": str(leader.person_id)}
        for actor, action in (
            (clerk, "receive"),
            (officer, "draft_result"),
            (officer, "submit_for_signing"),
            (leader, "sign"),
            (registrar, "seal"),
        ):
            dossier = procedures.take_action(
                dossier_id=dossier.id,
                action_key=action,
                revision=dossier.revision,
                actor=actor,
                at=at,
                data=data if action == "draft_result" else {},
            )
        return dossier

    return do


@pytest.fixture
def single(issue, now):
    """A dossier with its sealed certificate of marital status."""
    return issue("1.004873", SINGLE, now)
