"""The places of signatures in a PDF, for the eye and for a screen reader."""

from collections.abc import Iterable
from typing import Any

from pyhanko.pdf_utils.generic import (
    DictionaryObject,
    NumberObject,
    pdf_name,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import (
    SigFieldSpec,
    append_signature_field,
    enumerate_sig_fields,
)


def add_empty(writer: IncrementalPdfFileWriter, specs: Iterable[SigFieldSpec]) -> None:
    """Add all fields of a document that has none, each as a Form of its structure.

    PDF/UA-1, 7.18.4, asks for the Form. All stand there before the first signature:
    later ones may fill a field in, but not change the structure that was signed.
    """
    if "/AcroForm" in writer.root:
        return
    for spec in specs:
        append_signature_field(writer, spec)
        page = writer.find_page_for_modification(spec.on_page)[0]
        _tag(writer, _reference(writer, spec.sig_field_name), page)


def _reference(writer: IncrementalPdfFileWriter, name: str) -> Any:
    return next(ref for found, _, ref in enumerate_sig_fields(writer) if found == name)


def _tag(writer: IncrementalPdfFileWriter, field: Any, page: Any) -> None:
    tree = writer.root["/StructTreeRoot"]
    document = tree["/K"].raw_get(0)
    form = writer.add_object(
        _dictionary(
            Type=pdf_name("/StructElem"),
            S=pdf_name("/Form"),
            P=document,
            Pg=page,
            K=_dictionary(Type=pdf_name("/OBJR"), Obj=field, Pg=page),
        )
    )
    key = int(tree["/ParentTreeNextKey"])
    _append(writer, document.get_object()["/K"], form)
    _append(writer, tree["/ParentTree"]["/Nums"], NumberObject(key), form)
    tree[pdf_name("/ParentTreeNextKey")] = NumberObject(key + 1)
    writer.update_container(tree)
    field.get_object()[pdf_name("/StructParent")] = NumberObject(key)


def _append(writer: IncrementalPdfFileWriter, list_: Any, *items: Any) -> None:
    list_.extend(items)
    writer.update_container(list_)


def _dictionary(**entries: Any) -> DictionaryObject:
    return DictionaryObject({pdf_name(f"/{name}"): v for name, v in entries.items()})
