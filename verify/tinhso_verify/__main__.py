"""`tinhso-verify receipt|result|journal|message|messages`: JSON out, 0 if all holds."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from cryptography import x509

from tinhso_verify import exchange, journal, pdf, receipt
from tinhso_verify.faults import UNREADABLE, BrokenError
from tinhso_verify.heads import read_key


def main() -> int:
    """Do what the words say."""
    asked = _words().parse_args()
    try:
        said = asked.do(asked)
    except BrokenError as broken:
        said = {"faults": [str(broken)]}
    except (OSError, *UNREADABLE) as error:
        said = {"faults": [f"cannot be read: {type(error).__name__}: {error}"]}
    sys.stdout.write(json.dumps(said, ensure_ascii=False, indent=2) + "\n")
    return 1 if said["faults"] else 0


def _receipt(asked: argparse.Namespace) -> dict[str, Any]:
    said = receipt.verify(
        asked.pdf.read_bytes(),
        read_key(asked.journal_key),
        _anchors(asked.anchor),
        files=asked.file,
        witness=asked.witness,
    )
    return {**said, "faults": []}


def _result(asked: argparse.Namespace) -> dict[str, Any]:
    found = pdf.verify(asked.pdf.read_bytes(), _anchors(asked.anchor))
    signatures = [
        {
            "name": one.name,
            "organization": one.organization,
            "at": one.at.isoformat(),
            "timestamped": one.is_timestamped,
            "trusted": one.is_trusted,
        }
        for one in found
    ]
    strangers = [one.name for one in found if not one.is_trusted]
    faults = [f"{name}: no anchor that was given" for name in strangers]
    return {"signatures": signatures, "faults": faults}


def _journal(asked: argparse.Namespace) -> dict[str, Any]:
    key = read_key(asked.journal_key)
    entries, faults = journal.verify(asked.folder, key, witness=asked.witness)
    return {"entries": entries, "faults": faults}


def _message(asked: argparse.Namespace) -> dict[str, Any]:
    said = exchange.verify(
        asked.file.read_bytes(),
        _anchors(asked.anchor),
        body=asked.body.read_bytes() if asked.body else None,
    )
    return {**said, "faults": []}


def _messages(asked: argparse.Namespace) -> dict[str, Any]:
    entries, faults = exchange.verify_log(
        asked.folder, _anchors(asked.anchor), signatures=asked.signatures
    )
    return {"entries": entries, "faults": faults}


def _anchors(files: list[Path]) -> list[x509.Certificate]:
    return [
        certificate
        for file in files
        for certificate in x509.load_pem_x509_certificates(file.read_bytes())
    ]


def _words() -> argparse.ArgumentParser:
    words = argparse.ArgumentParser(prog="tinhso-verify", description=__doc__)
    what = words.add_subparsers(required=True)
    for name, do in (("receipt", _receipt), ("result", _result), ("journal", _journal)):
        one = what.add_parser(name)
        one.set_defaults(do=do)
        one.add_argument("folder" if do is _journal else "pdf", type=Path)
        if do is not _journal:
            one.add_argument("--anchor", type=Path, action="append", default=[])
        if do is not _result:
            one.add_argument("--journal-key", type=Path, required=True)
            one.add_argument("--witness", type=Path)
        if do is _receipt:
            one.add_argument("--file", type=Path, action="append", default=[])
    _exchange_words(what)
    return words


def _exchange_words(what: Any) -> None:
    one = what.add_parser("message")
    one.set_defaults(do=_message)
    one.add_argument("file", type=Path)
    one.add_argument("--body", type=Path)
    many = what.add_parser("messages")
    many.set_defaults(do=_messages)
    many.add_argument("folder", type=Path)
    many.add_argument("--signatures", action="store_true")
    for each in (one, many):
        each.add_argument("--anchor", type=Path, action="append", default=[])


if __name__ == "__main__":
    sys.exit(main())
