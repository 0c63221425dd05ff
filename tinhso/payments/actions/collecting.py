"""Say how an agency collects fees, and which exemptions there are."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import N_, Invalid, Phrase
from tinhso.kernel.packs.types import Content, Kind
from tinhso.kernel.text import clean
from tinhso.payments.actions.locking import note
from tinhso.payments.models import CollectorRow, FeeRulesVersion
from tinhso.payments.queries import collector_of
from tinhso.payments.rules import fees, vietqr
from tinhso.payments.types import Collector, CollectorWrong, Transfer
from tinhso.people import queries as people
from tinhso.security import queries as security
from tinhso.security.types import Deed

LONGEST = 20


def set_up_collecting(
    *,
    organization_id: UUID,
    tax_code: str,
    bank: str,
    account: str,
    form: str,
    symbol: str,
    chapter: str,
    actor: Actor,
    at: datetime,
) -> Collector:
    """Say to which account an agency collects, and how its receipts are headed.

    Receipts and codes that are out stay as they are.

    :raises NotAllowed: if the actor does not head the agency.
    :raises CollectorWrong: if something cannot be; `fields` says what.
    """
    organization = people.get_organization(organization_id=organization_id)
    wanted = Collector(
        organization_id=organization_id,
        name=organization.name,
        tax_code=tax_code,
        bank=bank,
        account=account,
        form=clean(form),
        symbol=clean(symbol),
        chapter=chapter,
    )
    with transaction.atomic():
        security.require(actor=actor, deed=Deed.SET_UP_COLLECTING, thing=wanted)
        _refuse_wrong(wanted)
        row, _ = CollectorRow.objects.update_or_create(
            organization_id=organization_id, defaults=_values(wanted)
        )
        details = {"bank": bank, "account": account, "symbol": wanted.symbol}
        note(
            "set_up_collecting",
            subject="Collector",
            subject_id=row.id,
            actor=actor,
            at=at,
            details=details,
        )
    return collector_of(row=row)


def _values(wanted: Collector) -> dict[str, str]:
    return {
        "name": wanted.name,
        "tax_code": wanted.tax_code,
        "bank": wanted.bank,
        "account": wanted.account,
        "form": wanted.form,
        "symbol": wanted.symbol,
        "chapter": wanted.chapter,
    }


def _refuse_wrong(wanted: Collector) -> None:
    wrong: dict[str, list[str]] = {}
    if not people.is_tax_code(code=wanted.tax_code):
        wrong["tax_code"] = [Phrase(N_("Mã số thuế chưa đúng."))]
    for name, value in (("form", wanted.form), ("symbol", wanted.symbol)):
        if not 0 < len(value) <= LONGEST:
            said = N_("Hãy nhập từ 1 đến {most} ký tự.")
            wrong[name] = [Phrase(said, most=LONGEST)]
    if not fees.CHAPTER.fullmatch(wanted.chapter):
        wrong["chapter"] = [Phrase(fees.CHAPTER_WRONG)]
    try:
        vietqr.refuse_impossible(Transfer(wanted.bank, wanted.account))
    except Invalid as refusal:
        wrong["account"] = [Phrase(refusal.message)]
    if wrong:
        raise CollectorWrong(wrong)


def publish_fee_rules(content: Content, actor: Actor, at: datetime) -> None:
    """Publish exemptions; bills that are out keep those they were issued under."""
    row = FeeRulesVersion.objects.create(
        key=content.key,
        number=content.version,
        body=content.body,
        published_at=at,
    )
    note(
        "publish_fee_rules",
        subject="FeeRules",
        subject_id=row.id,
        actor=actor,
        at=at,
        details={"key": content.key, "version": content.version},
    )


def check_fee_rules(content: Content) -> Mapping[str, str]:
    """Tell what a schema cannot: days in the wrong order, times that overlap."""
    return dict(fees.faults(content.body))


FEE_RULES = Kind(
    name="fee_rules",
    pattern="fee_rules/*.yaml",
    schema=Path(__file__).parents[1] / "schema" / "fee_rules.json",
    apply=publish_fee_rules,
    check=check_fee_rules,
)
