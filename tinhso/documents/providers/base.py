"""What a provider of signatures and a scanner for harmful files must offer."""

from datetime import datetime
from typing import Any, Protocol

from tinhso.documents.types import Signatory, SignatureRole


class Signer(Protocol):
    """Keys and certificates of those who sign, and a timestamp authority.

    Chosen by `TINHSO_SIGNING_PROVIDER` among the packages that offer the entry point
    `tinhso.signing`: hardware keys (PKCS#11) and remote signing (CSC API v2) fit
    here, since pyHanko has a signer for either.
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


class Scanner(Protocol):
    """A scanner for harmful files, such as ClamAV."""

    def finding(self, *, content: bytes) -> str:
        """Name what is harmful in the bytes; the empty text when nothing is."""
