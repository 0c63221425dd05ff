"""Sign with a key that a provider holds, authorized by a one-time code each time."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from pyhanko.sign.signers import Signer as PyhankoSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tinhso.documents.providers import certificates, csc
from tinhso.documents.providers.base import HeldElsewhere, Signer
from tinhso.documents.types import (
    SECRET_FIELD,
    CodeMissing,
    RemoteAnswerWrong,
    Secret,
    Signatory,
    SignatureRole,
)


class RemoteSigner(HeldElsewhere):
    """Signs with one credential; the code authorizes one signature of one digest."""

    def __init__(
        self,
        *,
        authority: Signer,
        service: csc.Service,
        credential_id: str,
        code: Secret,
    ) -> None:
        super().__init__(authority=authority)
        self._service, self._id, self._code = service, credential_id, code

    def credential(
        self, *, signatory: Signatory, role: SignatureRole, at: datetime
    ) -> Any:
        """Give a signer that asks the provider when it comes to the signature.

        :raises CodeMissing: if no code was typed.
        :raises Refused: as `csc.credential` does.
        """
        if not self._code.value:
            raise CodeMissing({SECRET_FIELD: [CodeMissing.message]})
        known = csc.credential(service=self._service, credential_id=self._id)
        return _RemoteKey(self._service, known, self._code)

    def chain(self) -> tuple[Any, ...]:
        """Read the certificate of the credential, and those above it.

        :raises Refused: as `csc.credential` does.
        """
        return csc.credential(
            service=self._service, credential_id=self._id
        ).certificates


class _RemoteKey(PyhankoSigner):
    def __init__(
        self, service: csc.Service, credential: csc.Credential, code: Secret
    ) -> None:
        registry = SimpleCertificateStore()
        registry.register_multiple(credential.certificates)
        super().__init__(
            signing_cert=credential.certificates[0], cert_registry=registry
        )
        self._service, self._credential, self._code = service, credential, code

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        if dry_run:
            return bytes(512)
        mechanism = self.get_signature_mechanism_for_digest(digest_algorithm)
        algorithm = mechanism["algorithm"].dotted
        if algorithm not in self._credential.algorithms:
            raise RemoteAnswerWrong()
        signature = await csc.signature(
            service=self._service,
            credential_id=self._credential.id,
            algorithm=algorithm,
            digest=sha256(data).digest(),
            code=self._code,
        )
        # A provider may sign another digest, by mistake or not: nobody would notice
        # before somebody verifies the paper.
        certificates.refuse_wrong_signature(
            certificate=self.signing_cert,
            signature=signature,
            data=data,
            digest_algorithm=digest_algorithm,
        )
        return signature
