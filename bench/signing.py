"""What a signature costs by where its key lies; peer: the platform's own key.

Whole signatures as PAdES B-LTA on a page that is ready, in time as it passes: token
and provider are waited for. The token is SoftHSM, the provider the demo process.
"""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import django

django.setup()

from bench.documents import AT, ROOT, TEXT  # noqa: E402
from bench.report import line  # noqa: E402
from tests import remote_signing, softhsm  # noqa: E402
from tinhso.documents.providers import (  # noqa: E402
    certificates,
    csc,
    demo,
    fonts,
    pades,
    pictures,
    typesetter,
)
from tinhso.documents.providers.remote import RemoteSigner  # noqa: E402
from tinhso.documents.providers.token import TokenSigner  # noqa: E402
from tinhso.documents.types import Secret, Signatory, SignatureRole  # noqa: E402
from tinhso.kernel.ids import new_id  # noqa: E402

ROUNDS = 25
NAME, NUMBER = "Nguyễn Thị Hoa", "022195999001"
ROLE = SignatureRole.PERSONAL


def main() -> None:
    """Print one JSON line for each place of a key."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        bench = _Bench(home, fonts.prepare(home=home, root=ROOT))
        own = bench.milliseconds(lambda: bench.own)
        for name, value in bench.others(Path(folder)):
            line(name, value, "ms", peer="own key", peer_value=own)


class _Bench:
    def __init__(self, home: Path, font_folder: Path) -> None:
        self.home = home
        self.own = demo.DemoSigner(home=home)
        self.picture = pictures.signature(name=NAME, font_folder=font_folder)
        self.who = Signatory(new_id(), new_id(), NAME, "Chủ tịch", "UBND")
        self.pdf = typesetter.typeset(
            text=TEXT,
            data={"name": NAME},
            document={"title": "Giấy xác nhận", "number": "", "synthetic": True},
            home=home,
            font_folder=font_folder,
            at=AT,
        ).pdf

    def others(self, folder: Path) -> Iterator[tuple[str, float]]:
        if softhsm.find() is not None:
            hsm = softhsm.Hsm(folder, home=self.home)
            for key in ("leader", "leader-rsa"):
                signer = self.token(key)
                kind = "rsa2048" if key.endswith("rsa") else "p256"
                yield f"sign_token_{kind}", self.milliseconds(lambda s=signer: s)
            del hsm
        with remote_signing.running(self.home) as provider:
            service = csc.Service(provider.url, remote_signing.KEY)
            yield "sign_remote", self.milliseconds(lambda: self.remote(service))

    def token(self, key: str) -> TokenSigner:
        return TokenSigner(
            authority=self.own,
            module=softhsm.find(),
            token_label=softhsm.LABEL,
            key_label=key,
            pin=Secret(softhsm.PIN),
        )

    def remote(self, service: csc.Service) -> RemoteSigner:
        csc.send_code(service=service, credential_id=NUMBER)
        code = Secret(remote_signing.code_of(service.url, NAME))
        return RemoteSigner(
            authority=self.own, service=service, credential_id=NUMBER, code=code
        )

    def milliseconds(self, prepare: Callable[[], Any]) -> float:
        """Take the median time of a signature, its checks included, once warm."""
        times = []
        for _ in range(ROUNDS + 1):
            signer = prepare()
            start = perf_counter()
            self.sign(signer)
            times.append((perf_counter() - start) * 1000)
        return sorted(times[1:])[ROUNDS // 2]

    def sign(self, signer: Any) -> None:
        credential = signer.credential(signatory=self.who, role=ROLE, at=AT)
        certificates.refuse_unusable(
            certificate=credential.signing_cert,
            others=credential.cert_registry,
            authority=self.own,
            at=AT,
        )
        place = pades.Place(0, (300, 300, 436, 396))
        pades.sign(
            pdf=self.pdf,
            credential=credential,
            signer=signer,
            signatory=self.who,
            role=ROLE,
            picture=self.picture,
            places=dict.fromkeys(SignatureRole, place),
            at=AT,
        )


if __name__ == "__main__":
    main()
