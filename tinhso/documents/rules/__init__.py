"""Rules of documents: names, codes and numbers; marks of secrecy."""

from tinhso.documents.rules.markings import marking_in, marking_read, stamp_read
from tinhso.documents.rules.naming import (
    CODE_BYTES,
    EXTENSIONS,
    MAX_NAME,
    certificate_serial,
    clean_file_name,
    extension_fits,
    masked_name,
    personal_number_in,
    same_code,
    same_name,
    verification_code,
    written_number,
)

__all__ = [
    "CODE_BYTES",
    "EXTENSIONS",
    "MAX_NAME",
    "certificate_serial",
    "clean_file_name",
    "extension_fits",
    "marking_in",
    "marking_read",
    "masked_name",
    "personal_number_in",
    "same_code",
    "same_name",
    "stamp_read",
    "verification_code",
    "written_number",
]
