"""Write people: register persons, load organizations, appoint to posts."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.clock import local
from tinhso.kernel.packs.types import Content, Kind
from tinhso.kernel.text import clean, fold, name_sort_key
from tinhso.people import queries, rules
from tinhso.people.models import OrganizationRow, PersonRow, PostRow
from tinhso.people.types import (
    AlreadyAppointed,
    CodeStatus,
    Gender,
    MadeUpPerson,
    NameDiffers,
    Organization,
    OrganizationUnknown,
    Person,
    PersonalNumberWrong,
    PersonAlreadyRegistered,
    PersonDataWrong,
    PersonUnknown,
    Post,
    PostUnknown,
    Role,
)
from tinhso.places import queries as places
from tinhso.places.types import Level

SCHEMAS = Path(__file__).parent / "schema"


def register_person(
    *,
    full_name: str,
    actor: Actor,
    at: datetime,
    personal_number: str | None = None,
    birth_date: date | None = None,
    gender: Gender | None = None,
    ethnicity: str = "",
    nationality: str = "Việt Nam",
    phone: str = "",
    email: str = "",
    residence: str = "",
    is_synthetic: bool = False,
) -> Person:
    """Register a person.

    :raises PersonDataWrong: if the name is missing, the birth date lies in the
        future or the phone number is none.
    :raises PersonalNumberWrong: if the number contradicts itself, gender or birth.
    :raises PersonAlreadyRegistered: if somebody has that number.
    """
    with transaction.atomic():
        name, number = clean(full_name), personal_number or None
        _refuse_wrong_data(name, birth_date, phone, at)
        _refuse_wrong_number(number, gender, birth_date)
        row, fresh = _get_or_create_person(
            number,
            full_name=name,
            sort_name=name_sort_key(name),
            birth_date=birth_date,
            gender=gender or "",
            ethnicity=clean(ethnicity),
            nationality=clean(nationality),
            phone=rules.phone(phone) or "",
            email=clean(email),
            residence=clean(residence),
            is_synthetic=is_synthetic,
        )
        if not fresh:
            raise PersonAlreadyRegistered
        _write("people.register_person", "people.Person", row.id, actor, at)
    return queries.get_person(person_id=row.id)


MADE_UP = (
    *("id", "full_name", "sort_name", "personal_number", "birth_date", "gender"),
    *("ethnicity", "nationality", "phone", "email", "residence", "is_synthetic"),
)
NAMES = ", ".join(MADE_UP)
COMING = f"CREATE TEMPORARY TABLE coming (LIKE {PersonRow._meta.db_table})"
# What is there already stays, so that a run that died can be begun anew.
TAKEN = f"""
INSERT INTO {PersonRow._meta.db_table} ({NAMES}) SELECT {NAMES} FROM coming
ON CONFLICT DO NOTHING
"""  # noqa: S608 - the names are our own


def register_made_up(
    *, people: Iterable[MadeUpPerson], actor: Actor, at: datetime
) -> int:
    """Register people who do not exist, flagged as such, with the posts they hold.

    Answers how many came new. One entry of the journal tells of them all, for nobody
    came to be registered.
    """
    posts: list[PostRow] = []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(COMING)
        with cursor.copy(f"COPY coming ({NAMES}) FROM STDIN") as copy:
            for one in people:
                copy.write_row(_made_up(one))
                posts += _post_of(one)
        cursor.execute(TAKEN)
        count = int(cursor.rowcount)
        cursor.execute("DROP TABLE coming")
        # Whose number somebody else has did not come in, and holds nothing.
        there = set(
            PersonRow.objects.filter(
                pk__in=[post.person_id for post in posts]
            ).values_list("pk", flat=True)
        )
        held = [post for post in posts if post.person_id in there]
        PostRow.objects.bulk_create(held, ignore_conflicts=True)
        _write(
            "people.register_made_up", "people.Person", None, actor, at, people=count
        )
    return count


def _post_of(one: MadeUpPerson) -> Iterator[PostRow]:
    if one.post is not None:
        yield PostRow(
            person_id=one.id,
            organization_id=one.post.organization_id,
            role=one.post.role,
            title=clean(one.post.title),
            valid_from=one.post.since,
        )


def _made_up(one: MadeUpPerson) -> tuple[object, ...]:
    return (
        *(one.id, one.full_name, name_sort_key(one.full_name), one.personal_number),
        *(one.birth_date, one.gender.value, "", "Việt Nam", one.phone, ""),
        *(one.residence, True),
    )


def identify_person(
    *,
    personal_number: str,
    full_name: str,
    birth_date: date | None,
    phone: str,
    residence: str,
    is_synthetic: bool,
    actor: Actor,
    at: datetime,
    email: str = "",
) -> Person:
    """Find the person with a number, under the name they give, or register them.

    :raises NameDiffers: if somebody with another name is registered under the number.
    :raises Invalid: as `register_person` does for somebody new.
    """
    found = queries.find_person(personal_number=personal_number)
    if found is None:
        return register_person(
            full_name=full_name,
            personal_number=personal_number,
            birth_date=birth_date,
            phone=phone,
            email=email,
            residence=residence,
            is_synthetic=is_synthetic,
            actor=actor,
            at=at,
        )
    if fold(found.full_name) != fold(full_name):
        raise NameDiffers({"full_name": [NameDiffers.message]})
    return found


def appoint(
    *,
    person_id: UUID,
    organization_id: UUID,
    role: Role,
    title: str,
    on: date,
    actor: Actor,
    at: datetime,
) -> Post:
    """Appoint a person to a post from a day on.

    :raises PersonUnknown: if there is no such person.
    :raises OrganizationUnknown: if the organization is not there on that day.
    :raises AlreadyAppointed: if the person holds that post on that day.
    """
    with transaction.atomic():
        # The person is locked, so that two appointments come one after the other.
        if not PersonRow.objects.select_for_update().filter(pk=person_id).exists():
            raise PersonUnknown
        if not OrganizationRow.objects.filter(_on(on), pk=organization_id).exists():
            raise OrganizationUnknown
        held = PostRow.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on))
        place = {"person_id": person_id, "organization_id": organization_id}
        if held.filter(role=role, **place).exists():
            raise AlreadyAppointed
        row = PostRow.objects.create(
            **place, role=role, title=clean(title), valid_from=on
        )
        _write("people.appoint", "people.Post", row.id, actor, at, role=str(role))
    posts = queries.posts_of(person_id=person_id, on=on)
    return next(post for post in posts if post.id == row.id)


def end_post(*, post_id: UUID, on: date, actor: Actor, at: datetime) -> None:
    """End a post from a day on; one that began that day was never held.

    :raises PostUnknown: if there is none that is held that day.
    """
    with transaction.atomic():
        rows = PostRow.objects.select_for_update().filter(_on(on), pk=post_id)
        row = rows.first()
        if row is None:
            raise PostUnknown
        if row.valid_from == on:
            row.delete()
        else:
            row.valid_to = on
            row.save(update_fields=["valid_to"])
        _write("people.end_post", "people.Post", post_id, actor, at, role=row.role)


def rename_person(
    *, person_id: UUID, full_name: str, actor: Actor, at: datetime
) -> Person:
    """Write a person under another name; what was signed under the old one stays.

    :raises PersonUnknown: if there is no such person.
    :raises PersonDataWrong: if the name is missing.
    """
    name = clean(full_name)
    with transaction.atomic():
        rows = PersonRow.objects.select_for_update().filter(pk=person_id)
        if not rows.exists():
            raise PersonUnknown
        _refuse_wrong_data(name, None, "", at)
        rows.update(full_name=name, sort_name=name_sort_key(name))
        _write("people.rename_person", "people.Person", person_id, actor, at)
    return queries.get_person(person_id=person_id)


def load_organizations(content: Content, actor: Actor, at: datetime) -> None:
    """Take organizations from a pack; what is there already is renewed."""
    with transaction.atomic():
        for row in content.body["organizations"]:
            _put_organization(row, content.body["sources"])
        _write(
            "people.load_organizations",
            "people.Organization",
            None,
            actor,
            at,
            content=content.key,
            version=content.version,
        )


def check_organizations(content: Content) -> dict[str, str]:
    """Say what a schema cannot: code forms, double codes, parents, sources."""
    faults = {}
    keys: set[str] = set()
    codes: set[tuple[str, str]] = set()
    for place, row in enumerate(content.body["organizations"]):
        field = f"organizations.{place}"
        if not rules.is_agency_code(row["code"]):
            faults[f"{field}.code"] = "no agency code by QĐ 20/2020/QĐ-TTg"
        if (row["code"], row["from"]) in codes:
            faults[f"{field}.code"] = "another organization has this code"
        if row.get("parent", row["key"]) not in keys | {row["key"]}:
            faults[f"{field}.parent"] = "no such organization above this line"
        if row["source"] not in content.body["sources"]:
            faults[f"{field}.source"] = f"no source {row['source']!r}"
        keys.add(row["key"])
        codes.add((row["code"], row["from"]))
    return faults


def load_demo_people(content: Content, actor: Actor, at: datetime) -> None:
    """Take synthetic people and their posts from a pack; those there already stay."""
    with transaction.atomic():
        for row in content.body["people"]:
            person = _demo_person(row, actor, at)
            for post in row.get("posts", []):
                _demo_post(person, post, actor, at)


def check_demo_people(content: Content) -> dict[str, str]:
    """Say which personal numbers contradict gender or birth date."""
    faults = {}
    for place, row in enumerate(content.body["people"]):
        wrong = rules.personal_number_faults(
            number=row["personal_number"],
            gender=Gender(row["gender"]),
            birth_date=date.fromisoformat(row["birth_date"]),
        )
        if wrong:
            faults[f"people.{place}.personal_number"] = " ".join(wrong)
    return faults


ORGANIZATIONS = Kind(
    name="organizations",
    pattern="organizations.yaml",
    schema=SCHEMAS / "organizations.json",
    apply=load_organizations,
    check=check_organizations,
)
DEMO_PEOPLE = Kind(
    name="demo_people",
    pattern="demo/people.yaml",
    schema=SCHEMAS / "demo_people.json",
    apply=load_demo_people,
    check=check_demo_people,
)


def _refuse_wrong_data(
    name: str, birth_date: date | None, phone: str, at: datetime
) -> None:
    fields = {}
    if not name:
        fields["full_name"] = ["Hãy nhập họ, chữ đệm và tên."]
    if birth_date and birth_date > local(at).date():
        fields["birth_date"] = ["Ngày sinh không được ở tương lai."]
    if phone and rules.phone(phone) is None:
        fields["phone"] = ["Số điện thoại chưa đúng. Ví dụ: 0912 345 678."]
    if fields:
        raise PersonDataWrong(fields)


def _refuse_wrong_number(
    number: str | None, gender: Gender | None, birth_date: date | None
) -> None:
    if number is None:
        return
    faults = rules.personal_number_faults(
        number=number, gender=gender, birth_date=birth_date
    )
    if faults:
        raise PersonalNumberWrong({"personal_number": faults})


def _get_or_create_person(
    number: str | None, **values: object
) -> tuple[PersonRow, bool]:
    """Make the row, or find who has the number: two at once end up with one."""
    if number is None:
        return PersonRow.objects.create(**values), True
    return PersonRow.objects.get_or_create(personal_number=number, defaults=values)


def _put_organization(row: Mapping[str, Any], sources: Mapping[str, str]) -> None:
    day = date.fromisoformat(row["from"])
    OrganizationRow.objects.update_or_create(
        key=row["key"],
        valid_from=day,
        defaults={
            "valid_to": date.fromisoformat(row["to"]) if "to" in row else None,
            "code": row["code"],
            "code_status": row.get("code_status", CodeStatus.KNOWN),
            "receives": row.get("receives", False),
            "name": row["name"],
            "short_name": row.get("short_name", ""),
            "kind": row["kind"],
            "level": row["level"],
            "parent_id": _organization_id(row.get("parent"), day),
            "unit_id": _unit_id(row.get("unit"), row["level"], day),
            "address": row.get("address", ""),
            "phone": row.get("phone", ""),
            "source": sources[row["source"]],
        },
    )


def _organization_id(key: str | None, on: date) -> UUID | None:
    return queries.organization_by_key(key=key, on=on).id if key else None


def _unit_id(code: str | None, level: str, on: date) -> UUID | None:
    if code is None:
        return None
    height = Level.COMMUNE if level == "commune" else Level.PROVINCE
    return places.get_unit(code=code, on=on, level=height).id


def _demo_person(row: Mapping[str, Any], actor: Actor, at: datetime) -> Person:
    known = queries.find_person(personal_number=row["personal_number"])
    return known or register_person(
        full_name=row["full_name"],
        personal_number=row["personal_number"],
        birth_date=date.fromisoformat(row["birth_date"]),
        gender=Gender(row["gender"]),
        ethnicity=row.get("ethnicity", "Kinh"),
        phone=row.get("phone", ""),
        email=row.get("email", ""),
        residence=row.get("residence", ""),
        is_synthetic=True,
        actor=actor,
        at=at,
    )


def _demo_post(
    person: Person, row: Mapping[str, Any], actor: Actor, at: datetime
) -> None:
    on = date.fromisoformat(row["from"])
    organization = queries.organization_by_key(key=row["organization"], on=on)
    if not _holds(person, organization, row["role"], on):
        appoint(
            person_id=person.id,
            organization_id=organization.id,
            role=Role(row["role"]),
            title=row["title"],
            on=on,
            actor=actor,
            at=at,
        )


def _holds(person: Person, organization: Organization, role: str, on: date) -> bool:
    holders = queries.holders(organization_id=organization.id, role=role, on=on)
    return any(post.person.id == person.id for post in holders)


def _on(day: date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))


def _write(
    deed: str,
    subject: str,
    subject_id: UUID | None,
    actor: Actor,
    at: datetime,
    **details: object,
) -> None:
    audit.write(
        deed,
        subject=subject,
        subject_id=subject_id,
        actor=actor,
        at=at,
        details=details,
    )
