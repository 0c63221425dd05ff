"""What a way to pay must offer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tinhso.payments.types import Bill, Collector, Method, Way


@dataclass(frozen=True, slots=True)
class Order:
    """A bill that somebody is about to pay.

    address: of their machine, which gateways ask for; back: where they return to.
    """

    bill: Bill
    collector: Collector
    address: str
    back: str
    at: datetime


class Provider(Protocol):
    """A way to pay; what comes of it, its own doors tell `actions`."""

    @property
    def method(self) -> Method:
        """Name how money moves."""

    def way(self, order: Order) -> Way | None:
        """Say how the bill is paid this way, None if it cannot be."""
