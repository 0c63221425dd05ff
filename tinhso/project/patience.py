"""Connections to the database that are not waited for without end."""

from typing import Any, ClassVar

import psycopg
from psycopg.abc import PQGen

# Shorter than what browsers and machines wait before they give up themselves.
WEB_SECONDS = 15.0


class PatientConnection(psycopg.Connection[Any]):
    """A connection that is given up if the database does not answer.

    patience: seconds for one answer; None waits for ever, as the worker, migrations
    and operators do. A database that is paused keeps its connections open and says
    nothing: only the one who waits can tell.
    """

    patience: ClassVar[float | None] = None

    def wait(
        self,
        gen: PQGen[Any],
        interval: float = 0.1,
        timeout: float | None = None,
    ) -> Any:
        """Wait for the database.

        :raises psycopg.OperationalError: if it is lost, or silent for too long.
        """
        try:
            return super().wait(gen, interval, timeout or self.patience)
        except psycopg.OperationalError:
            self._give_up()
            raise

    def _give_up(self) -> None:
        """Close what cannot be used any more, and all that was opened before it."""
        if self.info.transaction_status is not psycopg.pq.TransactionStatus.ACTIVE and (
            self.info.status is psycopg.pq.ConnStatus.OK
        ):
            return
        self.close()
        pool = getattr(self, "_pool", None)
        if pool is not None:
            # After a restart all of them are dead; one finds out for all.
            pool.drain()
