"""What can be done with files, templates and documents."""

from tinhso.documents.actions.files import (
    keep_file,
    release_files,
    store_file,
    taking_in,
)
from tinhso.documents.actions.rendering import (
    prepare_fonts,
    print_sheet,
    render_document,
)
from tinhso.documents.actions.signing import revoke_document, sign_document
from tinhso.documents.actions.templates import TEMPLATES

__all__ = [
    "TEMPLATES",
    "keep_file",
    "prepare_fonts",
    "print_sheet",
    "release_files",
    "render_document",
    "revoke_document",
    "sign_document",
    "store_file",
    "taking_in",
]
