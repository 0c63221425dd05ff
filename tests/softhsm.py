"""A token in software, for the tests of PKCS#11: Debian's SoftHSM.

Where it is missing and cannot be installed, those tests skip and say why.
"""

import base64
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pkcs11
from cryptography.hazmat.primitives import serialization
from pkcs11.util import ec as ec_util
from pkcs11.util import rsa as rsa_util

from tinhso.documents.providers.demo import DemoSigner

REASON = "softhsm2 is not installed; `apt-get install softhsm2`, or set SOFTHSM2_MODULE"
_PLACES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)


LABEL, PIN = "tinhso", "135790"
LEADER_NAME, LEADER_NUMBER = "Nguyễn Thị Bình", "022175999777"
AGENCY_NAME = "Ủy ban nhân dân phường Hạ Long"
ENDED = {
    "starts_at": datetime(2020, 1, 1, tzinfo=UTC),
    "ends_at": datetime(2021, 1, 1, tzinfo=UTC),
}
LATER = {
    "starts_at": datetime(2030, 1, 1, tzinfo=UTC),
    "ends_at": datetime(2031, 1, 1, tzinfo=UTC),
}
LEADER = {"common_name": LEADER_NAME, "serial_number": f"PNOVN-{LEADER_NUMBER}"}


def find():
    """Find the module; None if there is none, or nothing to make tokens with."""
    named = os.environ.get("SOFTHSM2_MODULE")
    found = [place for place in (named, *_PLACES) if place and Path(place).exists()]
    return Path(found[0]) if found and shutil.which("softhsm2-util") else None


def install():
    """Install it where that is allowed; say so where it is not."""
    if find() is not None:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
        subprocess.run([*command, "softhsm2"], check=True)
    if find() is None:
        print(f"Tests of signing with tokens will skip: {REASON}", flush=True)


def make_tokens(folder, *labels, pin):
    """Make tokens below a folder, for this process: it reads its settings once."""
    settings = folder / "softhsm2.conf"
    (folder / "tokens").mkdir()
    settings.write_text(
        f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\n"
        "log.level = ERROR\n"
    )
    os.environ["SOFTHSM2_CONF"] = str(settings)
    for label in labels:
        words = ["--init-token", "--free", "--label", label, "--so-pin", "87654321"]
        subprocess.run(
            ["softhsm2-util", *words, "--pin", pin], check=True, capture_output=True
        )


class Hsm:
    """A token with the keys of these tests, and the authority that knows them."""

    def __init__(self, folder, *, home=None):
        self.home = home or folder / "home"
        make_tokens(folder, LABEL, pin=PIN)
        self.added = {}
        self.library = pkcs11.lib(str(find()))
        self.library.reinitialize()
        self.authority = DemoSigner(home=self.home)
        self.add("leader", LEADER)
        self.add("leader-rsa", LEADER, kind="rsa")
        self.add("other-leader", LEADER)
        self.add("seal", {"common_name": AGENCY_NAME, "organization": AGENCY_NAME})
        self.add("stranger", {"common_name": "Người Khác"})
        self.add("namesake", {**LEADER, "serial_number": "PNOVN-022175999778"})
        self.add("expired", LEADER, **ENDED)
        self.add("early", LEADER, **LATER)
        self.add("foreign", LEADER, by=DemoSigner(home=folder / "elsewhere"))
        self.revoked = self.add("revoked", LEADER)
        self.add("no-key", LEADER, is_whole=False)

    def session(self, label=LABEL):
        token = self.library.get_token(token_label=label)
        return token.open(rw=True, user_pin=PIN)

    def add(self, label, names, *, kind="ec", by=None, is_whole=True, **days):
        """Make a key pair on the token, have it certified, put the certificate on."""
        with self.session() as session:
            public, private = self._pair(session, label, kind)
            encode = (
                ec_util.encode_ec_public_key
                if kind == "ec"
                else rsa_util.encode_rsa_public_key
            )
            if kind == "rsa":
                key = load_rsa(encode(public))
            else:
                key = serialization.load_der_public_key(encode(public))
            certificate = (by or self.authority).issue(key=key, names=names, **days)
            if not is_whole:
                private.destroy()
            self.put(session, label, certificate)
        self.added[label] = certificate.serial_number
        return certificate.serial_number

    def unrevoke(self, serial):
        (self.home / "keys" / "signing" / "revoked" / f"{serial:x}").unlink()

    def _pair(self, session, label, kind):
        if kind == "rsa":
            return session.generate_keypair(
                pkcs11.KeyType.RSA, 2048, store=True, label=label
            )
        named = ec_util.encode_named_curve_parameters("secp256r1")
        parameters = session.create_domain_parameters(
            pkcs11.KeyType.EC, {pkcs11.Attribute.EC_PARAMS: named}, local=True
        )
        return parameters.generate_keypair(store=True, label=label)

    def put(self, session, label, certificate):
        der = certificate.public_bytes(serialization.Encoding.DER)
        session.create_object(
            {
                pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
                pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                pkcs11.Attribute.TOKEN: True,
                pkcs11.Attribute.PRIVATE: False,
                pkcs11.Attribute.LABEL: label,
                pkcs11.Attribute.SUBJECT: certificate.subject.public_bytes(),
                pkcs11.Attribute.VALUE: der,
            }
        )


def load_rsa(pkcs1):
    pem = b"-----BEGIN RSA PUBLIC KEY-----\n%s\n-----END RSA PUBLIC KEY-----\n"
    return serialization.load_pem_public_key(pem % base64.encodebytes(pkcs1).strip())
