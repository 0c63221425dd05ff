"""What `make run` shows a newcomer: synthetic people with accounts and dossiers.

Everything here is flagged as synthetic in the database and on screen.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

from django.conf import settings
from django.db import transaction
from PIL import Image, ImageDraw
from ruamel.yaml import YAML

from tinhso.counters import actions as counters
from tinhso.counters import queries as counter_queries
from tinhso.counters.types import Desk
from tinhso.documents import actions as documents
from tinhso.kernel.actor import SYSTEM, Actor
from tinhso.kernel.clock import local
from tinhso.kernel.packs.reader import plain
from tinhso.payments import actions as payments
from tinhso.people import queries as people
from tinhso.people.types import Person
from tinhso.procedures import actions
from tinhso.procedures import queries as procedures
from tinhso.procedures.types import Channel, Dossier
from tinhso.registries import actions as registries
from tinhso.registries import queries as registers
from tinhso.registries.types import Line, Wanted
from tinhso.security import actions as security
from tinhso.security import queries as security_queries

# For the synthetic accounts of a demonstration only; opened on no other machine.
PASSWORD = "tinh-so-mo-phong"  # noqa: S105
FOLDER = "demo/quang_ninh_demo/demo"


def prepare(*, at: datetime) -> None:
    """Open the accounts and make the dossiers, unless they are there already."""
    with transaction.atomic():
        _prepare(at)


def _prepare(at: datetime) -> None:
    opened = [_open_account(row, at) for row in read("people.yaml")["people"]]
    if any(opened):
        for row in read("dossiers.yaml")["dossiers"]:
            _play(row, at)
    _collect_fees(read("fees.yaml"), at)
    _open_counters(read("counters.yaml"), at)
    for file in sorted((settings.TINHSO_PACKS / FOLDER / "records").glob("*.yaml")):
        load_records(read(f"records/{file.name}"), at)


def welcome(*, port: int, codes: str, telephones: str, asked: str) -> str:
    """Say where it is, who can sign in, and what to try.

    codes: the page that shows the one-time codes for signing; telephones: the one that
    shows what would have gone to telephones. asked: a line that calls a service
    through two gateways. What is empty is not there, and not spoken of.
    """
    people_rows = read("people.yaml")["people"]
    lines = [
        "",
        f"  Tỉnh Số: http://localhost:{port}",
        f"  Mật khẩu chung của các tài khoản mô phỏng / shared password: {PASSWORD}",
        "",
    ]
    for row in people_rows:
        posts = row.get("posts") or [{"title": "Công dân / citizen"}]
        lines.append(f"    {row['account']:24} {row['full_name']}, {posts[0]['title']}")
    lines += [
        "",
        "  Thử / try: đăng nhập nguyenthihoa, nộp hồ sơ đăng ký khai sinh cho phường Hạ"
        " Long;",
        "  rồi canbo.motcua tiếp nhận, canbo.hotich dự thảo, lanhdao.phuong ký,"
        " vanthu.phuong đóng dấu.",
        "  Hoặc đặt lịch hẹn ở /dat-lich; canbo.motcua gọi số ở /lam-viec/quay,",
        "  màn hình ở /man-hinh/xa_06688.",
    ]
    said = {
        "  Người nộp ký số tờ khai bằng mã một lần; mã hiện ở ": codes,
        "  Tin SMS, Zalo mô phỏng hiện ở / messages to telephones: ": telephones,
        "  Chia sẻ dữ liệu / data sharing, /dich-vu-du-lieu:\n  ": asked,
    }
    lines += [text + told for text, told in said.items() if told]
    return "\n".join([*lines, "  Ctrl+C dừng / stops.", ""])


def read(name: str) -> dict[str, Any]:
    """Read a file of the demonstration."""
    text = (settings.TINHSO_PACKS / FOLDER / name).read_text("utf-8")
    content: dict[str, Any] = plain(YAML(typ="safe").load(text))
    return content


def _open_account(row: Mapping[str, Any], at: datetime) -> bool:
    if security_queries.get_account(username=row["account"]) is not None:
        return False
    security.open_account(
        username=row["account"],
        password=PASSWORD,
        person_id=_person(row["personal_number"]).id,
        is_officer=bool(row.get("posts")),
        actor=SYSTEM,
        at=at,
    )
    return True


def _person(personal_number: str) -> Person:
    person = people.find_person(personal_number=personal_number)
    if person is None:
        raise LookupError(f"no person has the number {personal_number}")
    return person


def _play(row: Mapping[str, Any], at: datetime) -> None:
    """Submit a dossier some days ago and take it the way the content says."""
    moment = _working_moment(at - timedelta(days=row["days_ago"]))
    dossier = _submit(row, moment)
    for turn in row.get("turns", []):
        moment += timedelta(minutes=turn.get("minutes", 20))
        dossier = actions.take_action(
            dossier_id=dossier.id,
            action_key=turn["action"],
            revision=dossier.revision,
            note=turn.get("note", ""),
            reasons=turn.get("reasons"),
            data=_data(turn, at),
            actor=_actor(turn["by"], at),
            at=min(moment, at),
        )


def _collect_fees(content: Mapping[str, Any], at: datetime) -> None:
    """Let units collect; only now, so that the dossiers above need no payment."""
    for row in content["collectors"]:
        told = {name: value for name, value in row.items() if name != "unit"}
        unit = people.organization_by_key(key=row["unit"], on=local(at).date())
        payments.set_up_collecting(organization_id=unit.id, **told, actor=SYSTEM, at=at)


def _open_counters(content: Mapping[str, Any], at: datetime) -> None:
    """Open the desk of a unit, book for some people, and let others take numbers."""
    clerk = _actor(content["clerk"], at)
    unit = people.organization_by_key(key=content["unit"], on=local(at).date())
    opened = {desk.organization_id for desk in counter_queries.desks_of(actor=clerk)}
    if unit.id in opened:
        return
    desk = counters.open_desk(organization_id=unit.id, actor=clerk, at=at)
    for number, row in enumerate(content["bookings"]):
        _book(desk, row, number, at)
    for row in content["tickets"]:
        counters.issue_ticket(
            organization_id=unit.id,
            letter=row["letter"],
            is_priority=row.get("priority", False),
            procedure_code="",
            actor=clerk,
            at=at,
        )


def load_records(content: Mapping[str, Any], at: datetime) -> None:
    """Fill a register that is empty."""
    today = Wanted(on=local(at).date())
    if registers.count_records(key=content["key"], wanted=today, actor=SYSTEM):
        return
    lines = [
        Line(number, row["values"], row.get("shape"))
        for number, row in enumerate(content["records"], start=1)
    ]
    change = registries.load_records(
        key=content["key"],
        lines=lines,
        source=content["source"],
        on=date.fromisoformat(content["from"]),
        actor=SYSTEM,
        at=at,
        is_synthetic=True,
    )
    if change.faults:
        raise ValueError(f"{change.faults} records of {content['key']} are wrong")


def _book(desk: Desk, row: Mapping[str, Any], number: int, at: datetime) -> None:
    """Book a free slot of the first day after today."""
    where: dict[str, Any] = {"organization_id": desk.organization_id, "at": at}
    off = procedures.days_off(organization_id=desk.organization_id, at=at)
    days = counter_queries.days(**where, days_off=off)
    day = next(one.day for one in days if one.day > local(at).date() and one.free)
    slots = counter_queries.slots(**where, day=day, days_off=off)
    counters.book_slot(
        **where,
        starts_at=slots[number % len(slots)].starts_at,
        procedure_code=row["procedure"],
        days_off=off,
        actor=_actor(row["who"], at),
    )


def _data(turn: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    data = dict(turn.get("data", {}))
    if "signer" in turn:
        data["signer"] = str(_actor(turn["signer"], at).person_id)
    return data


def _submit(row: Mapping[str, Any], at: datetime) -> Dossier:
    applicant = _actor(row["applicant"], at)
    unit = people.organization_by_key(key=row["unit"], on=local(at).date())
    answers = dict(row["answers"])
    for field in row.get("pictures", []):
        answers[field] = [_picture(applicant, at)]
    return actions.submit_dossier(
        procedure_code=row["procedure"],
        organization_id=unit.id,
        channel=Channel.ONLINE,
        answers=answers,
        key=f"demo-{row['key']}",
        actor=applicant,
        at=at,
    )


def _actor(username: str, at: datetime) -> Actor:
    account = security_queries.get_account(username=username)
    if account is None:
        raise LookupError(f"no account is named {username}")
    return security_queries.actor_of(account_id=account.id, at=at)


def _picture(applicant: Actor, at: datetime) -> str:
    image = Image.new("RGB", (800, 1130), "#fdfcf7")
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 40, 760, 1090), outline="#8a8f98", width=3)
    draw.text((90, 90), "GIAY CHUNG SINH (MO PHONG)", fill="#1f3a5f", font_size=40)
    for line in range(12):
        draw.line((90, 220 + line * 60, 710, 220 + line * 60), fill="#c8ccd4", width=2)
    draw.text((90, 1000), applicant.id.hex if applicant.id else "", fill="#c8ccd4")
    buffer = BytesIO()
    image.save(buffer, "PNG")
    file = documents.store_file(
        content=buffer.getvalue(),
        name="giay-chung-sinh-mo-phong.png",
        owner_id=applicant.person_id,
        organization_id=None,
        accepted=("image/png",),
        max_bytes=10 * 2**20,
        actor=applicant,
        at=at,
    )
    return str(file.id)


def _working_moment(at: datetime) -> datetime:
    """Move to nine in the morning of that day, or the Friday before a weekend."""
    day = local(at).replace(hour=9, minute=0, second=0, microsecond=0)
    while day.isoweekday() > 5:
        day -= timedelta(days=1)
    return min(day, at)
