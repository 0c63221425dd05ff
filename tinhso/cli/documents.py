"""`tinhso documents`: verify signed PDFs without the web."""

from dataclasses import asdict
from pathlib import Path

import click

from tinhso.cli.output import answer, json_option
from tinhso.documents import queries
from tinhso.documents.types import VerificationReport
from tinhso.kernel import clock

_WORDS = {
    "valid": "VALID: as it was signed, by signers the platform trusts.",
    "altered": "ALTERED: not as it was signed.",
    "unknown_signer": "UNKNOWN SIGNER: no certificate that the platform trusts.",
    "not_signed": "NOT SIGNED.",
    "not_a_pdf": "NOT A PDF.",
}


@click.group("documents")
def group() -> None:
    """Verify documents, and show whom the platform trusts."""


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
