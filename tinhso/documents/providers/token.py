"""Sign with a key on a token or HSM, by PKCS#11 (OASIS, v2.40)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

import pkcs11
from pkcs11 import Attribute, ObjectClass
from pyhanko.sign.pkcs11 import PKCS11Signer
from pyhanko.sign.signers import Signer as PyhankoSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tinhso.documents.providers import certificates
from tinhso.documents.providers.base import HeldElsewhere, Signer
from tinhso.documents.types import (
    SECRET_FIELD,
    PinBlocked,
    PinMissing,
    PinWrong,
    Secret,
    Signatory,
    SignatureRole,
    TokenAbsent,
    TokenFailed,
    TokenKeyAbsent,
)

WAIT_SECONDS = 15
# A token is logged in to for the whole process: whoever came second would be let in
# with any PIN. So one at a time, from login to logout.
_one_at_a_time = Lock()


class TokenSigner(HeldElsewhere):
    """Signs with one key of one token; the PIN lives as long as the signature."""

    def __init__(
        self,
        *,
        authority: Signer,
        module: Path | None,
        token_label: str,
        key_label: str,
        pin: Secret,
    ) -> None:
        super().__init__(authority=authority)
        self._place = _Place(module, token_label, key_label)
        self._pin = pin

    def credential(
        self, *, signatory: Signatory, role: SignatureRole, at: datetime
    ) -> Any:
        """Give a signer that opens the token anew for each signature.

        :raises TokenAbsent, TokenKeyAbsent, TokenFailed, PinMissing: as named.
        """
        if not self._pin.value:
            raise PinMissing({SECRET_FIELD: [PinMissing.message]})
        return _TokenKey(self._place, self._pin, self.chain())

    def chain(self) -> tuple[Any, ...]:
        """Read the certificate of the key, and the others; a token asks no PIN for it.

        :raises TokenAbsent, TokenKeyAbsent, TokenFailed: as named.
        """
        with _session(self._place) as session:
            own = _certificate(session, self._place.key_label)
            return own, *_certificates(session)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a key lies: the module, the label of the token, the label of the key."""

    module: Path | None
    token_label: str
    key_label: str


class _TokenKey(PyhankoSigner):
    def __init__(self, place: _Place, pin: Secret, chain: tuple[Any, ...]) -> None:
        registry = SimpleCertificateStore()
        registry.register_multiple(chain)
        super().__init__(signing_cert=chain[0], cert_registry=registry)
        self._place, self._pin, self._certificate = place, pin, chain[0]

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        if dry_run:
            return bytes(512)
        label = self._place.key_label
        with _session(self._place, self._pin) as session:
            # What was on the token before may have been exchanged for another one.
            if _certificate(session, label).dump() != self._certificate.dump():
                raise TokenKeyAbsent(label=label)
            _refuse_without_key(session, label)
            signer = PKCS11Signer(
                session,
                signing_cert=self._certificate,
                key_label=label,
                # Few tokens hash for ECDSA themselves; all sign what was hashed.
                use_raw_mechanism=self._certificate.public_key.algorithm == "ec",
            )
            try:
                signature: bytes = await signer.async_sign_raw(data, digest_algorithm)
            except pkcs11.PKCS11Error as error:
                raise TokenFailed() from error
        certificates.refuse_wrong_signature(
            certificate=self._certificate,
            signature=signature,
            data=data,
            digest_algorithm=digest_algorithm,
        )
        return signature


@contextmanager
def _session(place: _Place, pin: Secret | None = None) -> Iterator[Any]:
    """Open the token, for as long as the block runs."""
    if not _one_at_a_time.acquire(timeout=WAIT_SECONDS):
        raise TokenFailed()
    try:
        session = _open(place, pin)
        try:
            yield session
        finally:
            session.close()
    finally:
        _one_at_a_time.release()


def _open(place: _Place, pin: Secret | None) -> Any:
    try:
        token = _token(place)
        return token.open(user_pin=pin.value) if pin else token.open()
    except pkcs11.PinLocked as error:
        raise PinBlocked() from error
    except (pkcs11.PinIncorrect, pkcs11.PinLenRange, pkcs11.PinInvalid) as error:
        raise PinWrong({SECRET_FIELD: [PinWrong.message]}) from error
    except (pkcs11.TokenNotPresent, pkcs11.TokenNotRecognised) as error:
        raise TokenAbsent(label=place.token_label) from error
    except (pkcs11.PKCS11Error, OSError) as error:
        raise TokenFailed() from error


def _token(place: _Place) -> Any:
    if place.module is None:
        raise TokenFailed()
    for slot in pkcs11.lib(str(place.module)).get_slots(token_present=True):
        token = slot.get_token()
        if token.label == place.token_label:
            return token
    raise TokenAbsent(label=place.token_label)


def _refuse_without_key(session: Any, label: str) -> None:
    wanted = {Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.LABEL: label}
    if len(list(session.get_objects(wanted))) != 1:
        raise TokenKeyAbsent(label=label)


def _certificate(session: Any, label: str) -> Any:
    found = _certificates(session, label)
    if len(found) != 1:
        raise TokenKeyAbsent(label=label)
    return found[0]


def _certificates(session: Any, label: str = "") -> list[Any]:
    """Read the certificates of a label, or all of the token."""
    wanted: dict[Attribute, Any] = {Attribute.CLASS: ObjectClass.CERTIFICATE}
    if label:
        wanted[Attribute.LABEL] = label
    try:
        found = [one[Attribute.VALUE] for one in session.get_objects(wanted)]
        return [certificates.loaded(der) for der in found]
    except (pkcs11.PKCS11Error, ValueError) as error:
        raise TokenFailed() from error
