"""What can be done with files, templates and documents."""

from tinhso.documents.actions.demo import (
    MISDEEDS,
    DemoRemote,
    HangUp,
    demo_remote,
)
from tinhso.documents.actions.erasing import (
    erase_document,
    erase_files,
    remove_erased,
)
from tinhso.documents.actions.files import (
    begin_inspection,
    keep_file,
    prepare_inspection,
    release_files,
    store_file,
    taking_in,
)
from tinhso.documents.actions.means import (
    declare_remote,
    declare_token,
    end_means,
    send_code,
)
from tinhso.documents.actions.rendering import (
    prepare_fonts,
    print_sheet,
    render_document,
)
from tinhso.documents.actions.signing import (
    revoke_document,
    sign_document,
    sign_sheet,
)
from tinhso.documents.actions.templates import TEMPLATES

__all__ = [
    "MISDEEDS",
    "TEMPLATES",
    "DemoRemote",
    "HangUp",
    "begin_inspection",
    "declare_remote",
    "declare_token",
    "demo_remote",
    "end_means",
    "erase_document",
    "erase_files",
    "keep_file",
    "prepare_fonts",
    "prepare_inspection",
    "print_sheet",
    "release_files",
    "remove_erased",
    "render_document",
    "revoke_document",
    "send_code",
    "sign_document",
    "sign_sheet",
    "store_file",
    "taking_in",
]
