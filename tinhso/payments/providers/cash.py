"""Money over the counter."""

from tinhso.payments.providers.base import Order
from tinhso.payments.types import Method, Way


class Cash:
    """A clerk takes the money, and enters it."""

    method = Method.CASH

    def way(self, order: Order) -> Way | None:
        """Say that the counter takes money."""
        return Way(self.method)
