"""Writes that bear an `Idempotency-Key` have their effect once, and one answer."""

import json
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Annotated, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest
from ninja import Header, Schema, Status
from pydantic import StringConstraints

from tinhso.api.auth import caller
from tinhso.kernel import clock
from tinhso.kernel.errors import Phrase
from tinhso.security import actions as security
from tinhso.security.types import CallAnswer, KeyTooLong

HEADER, LONGEST = "Idempotency-Key", 100
# How a call declares that it must bear a key.
Key = Header[Annotated[str, StringConstraints(min_length=1, max_length=LONGEST)]]


def once(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let a write take an `Idempotency-Key`, of at most 100 characters, if it has one.

    The same key with the same call gives the same answer for three days; with another
    call it is refused with 422.
    """

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **given: Any) -> Any:
        key = request.headers.get(HEADER, "")
        if not key:
            return view(request, *args, **given)
        if len(key) > LONGEST:
            raise KeyTooLong({"idempotency_key": [Phrase(KeyTooLong.message)]})
        answer = security.answer_once(
            key=key,
            digest=_digest(request),
            perform=lambda: _answer(view(request, *args, **given)),
            actor=caller(request),
            at=clock.now(),
        )
        return Status(answer.status, json.loads(answer.body))

    return inner


def _digest(request: HttpRequest) -> str:
    """Take the fingerprint of a call: method, address and all that came with it."""
    whole = sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type != "multipart/form-data":
        whole.update(request.body)
        return whole.hexdigest()
    for name, value in sorted(request.POST.lists()):
        whole.update(json.dumps([name, value]).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            content = sha256(file.read()).hexdigest()
            file.seek(0)
            whole.update(json.dumps([name, file.name, content]).encode())
    return whole.hexdigest()


def _answer(result: Any) -> CallAnswer:
    is_status = isinstance(result, Status)
    status, value = (result.status_code, result.value) if is_status else (200, result)
    content = value.model_dump() if isinstance(value, Schema) else value
    return CallAnswer(status, json.dumps(content, cls=DjangoJSONEncoder))
