"""What is sealed opens for one key only, and is known to be ours, or is refused."""

import io
import os

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tinhso.cli.backups import sealing
from tinhso.cli.backups.types import (
    KeyDoesNotOpen,
    KeyFileExists,
    KeyFileUnreadable,
    NoRecipientSet,
    NotSignedByUs,
    PieceChanged,
    RecipientUnreadable,
)


@pytest.fixture
def signer(tmp_path):
    return sealing.signing_key(home=tmp_path / "home")


@pytest.fixture
def key(tmp_path, signer):
    """A key file; `recipient` is its public half."""
    file = tmp_path / "key"
    recipient = sealing.write_key_file(file=file, signer=signer.public_key())
    return file, sealing.recipients_of(texts=[recipient])


def test_a_stream_comes_back_byte_for_byte(tmp_path, key):
    file, recipients = key
    content = os.urandom(700_000) + bytes(3_000_000)
    sealed = tmp_path / "piece.age"

    piece = sealing.encrypt_stream(
        source=io.BytesIO(content), file=sealed, recipients=recipients
    )
    back = io.BytesIO()
    identity = sealing.read_key_file(file=file).identity
    sealing.decrypt_stream(file=sealed, target=back, identity=identity)

    assert back.getvalue() == content
    assert sealing.digest_of(file=sealed) == (piece.bytes, piece.sha256)
    assert piece.bytes < len(content) / 2


def test_nothing_of_it_can_be_read_without_the_key(tmp_path, key, signer):
    _, recipients = key
    secret = b"022195999001" * 1000
    other = tmp_path / "other"
    sealing.write_key_file(file=other, signer=signer.public_key())

    sealed = sealing.encrypted(content=secret, recipients=recipients)

    assert b"022195999001" not in sealed
    identity = sealing.read_key_file(file=other).identity
    with pytest.raises(KeyDoesNotOpen):
        sealing.decrypted(content=sealed, piece="it", identity=identity)


@pytest.mark.parametrize("spoil", [lambda c: c[:-3], lambda c: c[:-1] + b"\0", bytes])
def test_a_stream_that_was_cut_or_changed_is_refused(tmp_path, key, spoil):
    file, recipients = key
    sealed = tmp_path / "piece.age"
    source = io.BytesIO(os.urandom(500_000))
    sealing.encrypt_stream(source=source, file=sealed, recipients=recipients)
    content = sealed.read_bytes()
    sealed.write_bytes(spoil(content) if spoil is not bytes else content[:90_000])

    with pytest.raises(KeyDoesNotOpen):
        sealing.decrypt_stream(
            file=sealed,
            target=io.BytesIO(),
            identity=sealing.read_key_file(file=file).identity,
        )


def test_every_bit_of_an_envelope_counts(signer):
    sealed = sealing.seal(header=b'{"n":1}', body=b"what it holds", key=signer)
    public = signer.public_key()

    for position in range(len(sealed)):
        for bit in range(8):
            spoilt = bytearray(sealed)
            spoilt[position] ^= 1 << bit
            with pytest.raises((NotSignedByUs, PieceChanged)):
                sealing.unseal(content=bytes(spoilt), piece="x", signer=public)
    assert sealing.unseal(content=sealed, piece="x", signer=public)[1] == (
        b"what it holds"
    )


def test_an_envelope_of_somebody_else_is_refused(signer):
    stranger = Ed25519PrivateKey.generate()
    sealed = sealing.seal(header=b"{}", body=b"", key=stranger)

    with pytest.raises(NotSignedByUs):
        sealing.unseal(content=sealed, piece="x", signer=signer.public_key())


def test_a_key_file_is_never_overwritten_and_nobody_else_may_read_it(key, signer):
    file, _ = key

    with pytest.raises(KeyFileExists):
        sealing.write_key_file(file=file, signer=signer.public_key())
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("text", ["", "AGE-SECRET-KEY-1X", "# signed by: 00"])
def test_what_is_no_key_file_is_refused(tmp_path, text):
    (tmp_path / "it").write_text(text)

    with pytest.raises(KeyFileUnreadable):
        sealing.read_key_file(file=tmp_path / "it")


def test_a_backup_for_nobody_is_not_made():
    with pytest.raises(NoRecipientSet):
        sealing.recipients_of(texts=())
    with pytest.raises(RecipientUnreadable):
        sealing.recipients_of(texts=("age1nothing",))


def test_the_signing_key_is_made_once(tmp_path):
    first = sealing.signing_key(home=tmp_path)

    again = sealing.signing_key(home=tmp_path)

    assert first.private_bytes_raw() == again.private_bytes_raw()
