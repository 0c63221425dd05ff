"""A gateway that tells what was paid by signed callbacks, as VNPAY's does."""

from urllib.parse import urlencode

from django.conf import settings

from tinhso.kernel.clock import local
from tinhso.payments.providers.base import Order
from tinhso.payments.rules import callbacks
from tinhso.payments.types import GatewayOff, Method, Told, Way

VERSION = "2.1.0"
MOMENT = "%Y%m%d%H%M%S"


class Gateway:
    """Cards and wallets; the payer is sent there with a signed order."""

    method = Method.GATEWAY

    def way(self, order: Order) -> Way | None:
        """Write the address at which the bill is paid, None without a gateway."""
        if not (settings.TINHSO_PAYMENT_GATEWAY_URL and self._secret()):
            return None
        fields = self._fields(order)
        signed = callbacks.signature(fields, secret=self._secret())
        query = urlencode({**fields, callbacks.SIGNATURE: signed})
        return Way(self.method, url=f"{settings.TINHSO_PAYMENT_GATEWAY_URL}?{query}")

    def read(self, raw: str) -> Told:
        """Read a callback.

        :raises GatewayOff: if there is no gateway.
        :raises SignatureWrong: if it is not the gateway's; CallbackUnreadable likewise.
        """
        if not self._secret():
            raise GatewayOff
        return callbacks.read(
            raw,
            merchant=settings.TINHSO_PAYMENT_GATEWAY_CODE,
            secret=self._secret(),
        )

    def _fields(self, order: Order) -> dict[str, str]:
        return {
            "vnp_Version": VERSION,
            "vnp_Command": "pay",
            "vnp_TmnCode": settings.TINHSO_PAYMENT_GATEWAY_CODE,
            "vnp_Amount": str(order.bill.amount * 100),
            "vnp_CurrCode": "VND",
            "vnp_TxnRef": order.bill.reference,
            "vnp_OrderInfo": f"Le phi {order.bill.reference}",
            "vnp_OrderType": "other",
            "vnp_Locale": "vn",
            "vnp_IpAddr": order.address,
            "vnp_ReturnUrl": order.back,
            "vnp_CreateDate": local(order.at).strftime(MOMENT),
            "vnp_ExpireDate": local(order.bill.due_at).strftime(MOMENT),
        }

    @staticmethod
    def _secret() -> str:
        return str(settings.TINHSO_PAYMENT_GATEWAY_SECRET)
