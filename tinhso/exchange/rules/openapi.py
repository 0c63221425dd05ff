"""Read OpenAPI documents: what a service offers, and why a document will not do."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tinhso.exchange.types import Operation
from tinhso.kernel.errors import N_, Phrase

METHODS = ("get", "post", "put", "patch", "delete", "head")
MOST_OPERATIONS = 200
NO_VERSION = N_("Cần tài liệu OpenAPI 3.0 hoặc 3.1.")
NO_TITLE = N_("Thiếu info.title hoặc info.version.")
NO_PATHS = N_("Tài liệu không có thao tác nào.")
TOO_MANY = N_("Tài liệu có quá nhiều thao tác: tối đa {most}.")
PATH_WRONG = N_("Đường dẫn {path} có phần không viết được trong địa chỉ.")
ID_WRONG = N_("Thao tác {method} {path} cần operationId riêng, chữ không dấu.")
NO_ANSWER = N_("Thao tác {method} {path} không nói câu trả lời nào.")
PARAMETER_MISSING = N_("Thao tác {method} {path} không khai tham số {name}.")
_VERSION = re.compile(r"3\.[01]\.\d{1,3}")
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
_PATH = re.compile(r"/|(/([A-Za-z0-9\-._~]+|\{[A-Za-z][A-Za-z0-9_]*\}))+")


def operations(document: Mapping[str, Any]) -> tuple[Operation, ...]:
    """List the operations of a document without faults."""
    return tuple(
        Operation(
            str(said["operationId"]), method.upper(), path, str(said.get("summary", ""))
        )
        for path, method, _, said in _walk(document)
    )


def faults(document: object) -> list[str]:
    """Say what is wrong with a document; nothing where it will do."""
    if not isinstance(document, Mapping):
        return [Phrase(NO_VERSION)]
    if not _VERSION.fullmatch(str(document.get("openapi", ""))):
        return [Phrase(NO_VERSION)]
    info = document.get("info")
    if not isinstance(info, Mapping) or not all(
        isinstance(info.get(name), str) and info[name] for name in ("title", "version")
    ):
        return [Phrase(NO_TITLE)]
    if not isinstance(document.get("paths"), Mapping):
        return [Phrase(NO_PATHS)]
    found = list(_walk(document))
    if not found:
        return [Phrase(NO_PATHS)]
    if len(found) > MOST_OPERATIONS:
        return [Phrase(TOO_MANY, most=MOST_OPERATIONS)]
    seen: set[str] = set()
    return [fault for one in found for fault in _faults_of(one, seen)]


_Found = tuple[str, str, Mapping[str, Any], Mapping[str, Any]]


def _walk(document: Mapping[str, Any]) -> Iterator[_Found]:
    for path, item in document["paths"].items():
        if isinstance(item, Mapping):
            for method in METHODS:
                said = item.get(method)
                if isinstance(said, Mapping):
                    yield path, method, item, said


def _faults_of(one: _Found, seen: set[str]) -> Iterator[str]:
    path, method, item, said = one
    where = {"method": method.upper(), "path": path}
    if not _PATH.fullmatch(path):
        yield Phrase(PATH_WRONG, path=path)
    name = str(said.get("operationId", ""))
    if not _ID.fullmatch(name) or name in seen:
        yield Phrase(ID_WRONG, **where)
    seen.add(name)
    if not isinstance(said.get("responses"), Mapping) or not said["responses"]:
        yield Phrase(NO_ANSWER, **where)
    given = [*_listed(item), *_listed(said)]
    declared = {one.get("name") for one in given if one.get("in") == "path"}
    for parameter in re.findall(r"\{([^}]*)\}", path):
        if parameter not in declared and not any("$ref" in one for one in given):
            yield Phrase(PARAMETER_MISSING, **where, name=parameter)


def _listed(said: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    given = said.get("parameters")
    return [one for one in given or () if isinstance(one, Mapping)]
