"""Ways to pay."""

from tinhso.payments.providers.base import Order, Provider
from tinhso.payments.providers.cash import Cash
from tinhso.payments.providers.gateway import Gateway
from tinhso.payments.providers.notices import BankNotices
from tinhso.payments.providers.transfer import BankTransfer

PROVIDERS: tuple[Provider, ...] = (BankTransfer(), Gateway(), Cash())

__all__ = [
    "PROVIDERS",
    "BankNotices",
    "BankTransfer",
    "Cash",
    "Gateway",
    "Order",
    "Provider",
]
