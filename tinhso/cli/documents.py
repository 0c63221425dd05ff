"""`tinhso documents`: verify signed PDFs without the web."""

from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

import click

from tinhso.cli.output import answer, json_option
from tinhso.documents import queries
from tinhso.documents.types import VerificationReport
from tinhso.kernel import clock
from tinhso.kernel.errors import Refused

_WORDS = {
    "valid": "VALID: as it was signed, by signers the platform trusts.",
    "altered": "ALTERED: not as it was signed.",
    "unknown_signer": "UNKNOWN SIGNER: no certificate that the platform trusts.",
    "not_signed": "NOT SIGNED.",
    "not_a_pdf": "NOT A PDF.",
}


@click.group("documents")
def group() -> None:
    """Verify documents, show whom the platform trusts and what it stores."""


@group.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def verify(file: Path, as_json: bool) -> None:
    """Verify the signatures of FILE, offline. Exit 0 only if all of it is valid.

    JSON: `verdict` (valid, altered, unknown_signer, not_signed, not_a_pdf), `sha256`
    (hex), `is_demo` (signed by the demo authority: no legal value), `checked_at`,
    and `signatures` in the order of signing, each with `role` (personal, seal,
    timestamp), `name`, `organization`, `signed_at` (null if unknown), `intact`,
    `trusted`, `timestamp_ok`, `coverage` (entire file, revision, unclear), `is_demo`.
    """
    report = queries.verify_pdf(content=file.read_bytes(), at=clock.now())
    valid = report.verdict == "valid"
    answer(asdict(report), _told(report), as_json=as_json, success=valid)


@group.command()
@json_option
def anchors(as_json: bool) -> None:
    """Write the root certificates other programs need. JSON: `pem`."""
    pem = queries.trust_anchors()
    answer({"pem": pem}, pem, as_json=as_json)


@group.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path))
@json_option
def clean(file: Path, output: Path | None, as_json: bool) -> None:
    """Tell what is stored of FILE when it is sent in, and write it into --output.

    JSON: `sent_sha256` and `stored_sha256` (hex; the receipt says the latter),
    `media_type`.
    """
    try:
        found = queries.stored_form(content=file.read_bytes(), name=file.name)
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    if output is not None:
        output.write_bytes(found.content)
    content = {
        "sent_sha256": sha256(file.read_bytes()).hexdigest(),
        "stored_sha256": sha256(found.content).hexdigest(),
        "media_type": found.media_type,
    }
    lines = (f"{name}: {value}" for name, value in content.items())
    answer(content, "\n".join(lines), as_json=as_json)


def _told(report: VerificationReport) -> str:
    lines = [_WORDS[report.verdict]]
    for signature in report.signatures:
        sound = signature.intact and signature.trusted and signature.timestamp_ok
        who = ", ".join(filter(None, (signature.name, signature.organization)))
        mark = "+" if sound else "!"
        lines.append(f"  {mark} {signature.role}: {who}, {signature.signed_at}")
    if report.is_demo:
        lines.append("Signed by the demo authority: no legal value.")
    return "\n".join(lines)
