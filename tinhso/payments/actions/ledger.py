"""Enter deeds in the ledger; nothing in it is ever changed."""

from datetime import datetime
from uuid import UUID

from tinhso.payments.models import AccountRow, EntryRow, PostingRow
from tinhso.payments.types import Account, Entries


def post(
    key: str, entries: Entries, *, bill_id: UUID | None, made_up: bool, at: datetime
) -> bool:
    """Enter a deed once; tell whether it was not there yet.

    The database refuses, at the end of the transaction, what does not come to zero.

    :raises RuntimeError: if the key stands for other entries already.
    """
    # In one order, so that no two who open accounts wait for each other.
    order = sorted(entries, key=lambda one: (one.kind, one.detail))
    rows = {one: account_row(one, made_up=made_up) for one in order}
    posting, fresh = PostingRow.objects.get_or_create(
        key=key, defaults={"bill_id": bill_id, "at": at}
    )
    if fresh:
        EntryRow.objects.bulk_create(
            EntryRow(posting=posting, account=rows[one], amount=amount)
            for one, amount in entries.items()
        )
    elif _entered(posting) != {rows[one].id: n for one, n in entries.items()}:
        raise RuntimeError(f"the ledger has other entries for {key}")
    return fresh


def account_row(account: Account, *, made_up: bool) -> AccountRow:
    """Find an account, or open it."""
    row, _ = AccountRow.objects.get_or_create(
        kind=account.kind,
        organization_id=account.organization_id,
        detail=account.detail,
        is_synthetic=made_up,
    )
    return row


def _entered(posting: PostingRow) -> dict[UUID, int]:
    return dict(posting.entryrow_set.values_list("account_id", "amount"))
