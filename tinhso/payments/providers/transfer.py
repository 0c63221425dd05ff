"""A transfer to the account of the agency, by a VietQR code of the bill's own."""

from urllib.parse import urlencode

from django.conf import settings

from tinhso.payments.providers.base import Order
from tinhso.payments.rules import vietqr
from tinhso.payments.types import Method, Transfer, Way


class BankTransfer:
    """The code names account, amount and, as purpose, the reference of the bill."""

    method = Method.TRANSFER

    def way(self, order: Order) -> Way | None:
        """Write the code."""
        transfer = Transfer(
            bank=order.collector.bank,
            account=order.collector.account,
            amount=order.bill.amount,
            purpose=order.bill.reference,
        )
        text, app = vietqr.payload(transfer), str(settings.TINHSO_BANK_APP_URL)
        query = urlencode({"qr": text, "back": order.back})
        return Way(
            self.method,
            text=text,
            url=f"{app}?{query}" if app else "",
            bank=transfer.bank,
            account=transfer.account,
        )
