"""What both sides of a gateway share: keys, the writer, connections, the clock."""

import logging
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tinhso.exchange.actions.writing import Now, Writer
from tinhso.exchange.providers import keys
from tinhso.exchange.providers.asking import Asker
from tinhso.exchange.rules import signing
from tinhso.exchange.rules.permits import permit
from tinhso.exchange.types import (
    Call,
    CertificateRevoked,
    CertificateUnknown,
    Draft,
    Member,
    MemberName,
    Permit,
    Signed,
    Stopped,
    Use,
)
from tinhso.kernel.clock import local

LOGGER = logging.getLogger(__name__)


@dataclass(slots=True)
class Station:
    """A gateway of a member, as both of its sides know it."""

    member: Member
    folder: Path
    key: Ed25519PrivateKey
    key_name: str
    writer: Writer
    asker: Asker
    now: Now
    _contexts: dict[MemberName, tuple[tuple[str, ...], ssl.SSLContext]] = field(
        default_factory=dict
    )

    def sign(self, parts: Sequence[tuple[str, str]]) -> tuple[Signed, dict[str, str]]:
        """Sign for the member; answer also the headers that tell of it."""
        return signing.sign(parts, key=self.key, name=self.key_name, at=self.now())

    def permit(self, call: Call) -> Permit:
        """Find the agreement by which a call may go now.

        :raises Stopped: as `rules.permits.permit` says.
        """
        day = local(self.now()).date()
        return permit(self.writer.directory, call, on=day)

    def permit_still(self, course: "Course") -> Permit:
        """Look whether a call may still go, where anything has changed since.

        :raises Stopped: as `permit` does.
        """
        assert course.call is not None  # noqa: S101 - read before
        assert course.permit is not None  # noqa: S101 - decided before
        seen = self.writer.directory.version, local(self.now()).date()
        if course.seen != seen:
            course.permit, course.seen = self.permit(course.call), seen
        return course.permit

    async def permit_anew(self, call: Call) -> Permit:
        """Find it by what was agreed a moment ago, too.

        :raises Stopped: as `permit` does.
        """
        try:
            return self.permit(call)
        except Stopped:
            await self.writer.refresh()
            return self.permit(call)

    async def note(self, draft: Draft) -> None:
        """Log a refusal; where there is no log, it is refused all the same."""
        try:
            await self.writer.write(draft)
        except Stopped:
            self.complain("a refusal could not be logged")

    def complain(self, what: str) -> None:
        """Tell the operator."""
        LOGGER.exception("exchange %s: %s", self.member.name, what)

    def trusted(self, name: MemberName | None = None) -> tuple[str, ...]:
        """List the certificates gateways may show, of one member or of all, as PEM."""
        at = self.now()
        return tuple(
            one.pem
            for one in self.writer.directory.certificates.values()
            if one.use is Use.TLS and one.is_good(at=at) and name in (None, one.member)
        )

    def context_to(self, name: MemberName) -> ssl.SSLContext:
        """Lay out TLS to another gateway, anew when its certificates are others."""
        trusted = self.trusted(name)
        held = self._contexts.get(name)
        if held is None or held[0] != trusted:
            held = trusted, keys.client_context(self.folder, trusted)
            self._contexts[name] = held
        return held[1]


class Course:
    """How far a call has come; peer: the certificate its gateway showed.

    seen: the version of the directory, and the day, by which it may go.
    """

    def __init__(self) -> None:
        self.peer = ""
        self.call: Call | None = None
        self.signed: Signed | None = None
        self.permit: Permit | None = None
        self.seen: tuple[int, date] | None = None


def expect_good(
    station: Station, fingerprint: str, member: MemberName | None, use: Use
) -> MemberName:
    """Tell whose certificate it is, if it may be trusted for a use.

    :raises CertificateUnknown: if it is not registered, or another member's.
    :raises CertificateRevoked: if it is no longer trusted.
    """
    found = station.writer.directory.certificates.get(fingerprint)
    if found is None or found.use is not use or member not in (None, found.member):
        raise CertificateUnknown
    if found.member not in station.writer.directory.members:
        raise CertificateUnknown
    if not found.is_good(at=station.now()):
        raise CertificateRevoked
    return found.member
