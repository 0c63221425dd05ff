"""What a provider of signatures and a scanner for harmful files must offer."""

from datetime import datetime
from typing import Any, Protocol

from tinhso.documents.types import Signatory, SignatureRole


class Signer(Protocol):
    """Keys and certificates of those who sign, and a timestamp authority.

    Chosen by `TINHSO_SIGNING_PROVIDER` among the packages that offer the entry point
    `tinhso.signing`: it signs for all who have declared no means of their own, and it
    says whom the platform trusts. Those with a means sign by `token` or `remote`.
    """

    is_demo: bool

    def credential(
        self, *, signatory: Signatory, role: SignatureRole, at: datetime
    ) -> Any:
        """Give the `pyhanko.sign.signers.Signer` that holds the signatory's key."""

    def timestamper(self, *, at: datetime) -> Any:
        """Give the RFC 3161 client, a `pyhanko.sign.timestamps.TimeStamper`."""

    def anchors(self) -> tuple[Any, ...]:
        """List the root certificates (asn1crypto) that this provider leads to."""

    def revocation_lists(self, *, at: datetime) -> tuple[Any, ...]:
        """List current CRLs (asn1crypto) that need not be fetched."""


class HeldElsewhere:
    """What providers of keys held elsewhere have in common.

    Time, trust and revocation come from the platform's own provider: whoever holds the
    key shall not also say that it is to be trusted.
    """

    def __init__(self, *, authority: Signer) -> None:
        self._authority = authority
        self.is_demo = authority.is_demo

    def timestamper(self, *, at: datetime) -> Any:
        """Give the timestamp authority of the platform."""
        return self._authority.timestamper(at=at)

    def anchors(self) -> tuple[Any, ...]:
        """List the roots that the platform trusts."""
        return self._authority.anchors()

    def revocation_lists(self, *, at: datetime) -> tuple[Any, ...]:
        """List the revocation lists that the platform holds."""
        return self._authority.revocation_lists(at=at)


class Scanner(Protocol):
    """A scanner for harmful files, such as ClamAV."""

    def finding(self, *, content: bytes) -> str:
        """Name what is harmful in the bytes; the empty text when nothing is."""
