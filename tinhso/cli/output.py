"""How commands answer: words for people, `--json` for machines, exit 0 on success."""

import json
import sys
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar, cast

import click

from tinhso.kernel.errors import Invalid, Refused

F = TypeVar("F", bound=Callable[..., object])


def json_option(command: F) -> F:
    """Give a command its `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")(
        command
    )


def refusing(command: F) -> F:
    """Let a command with `--json` say by name what a room refused, and end with 1.

    `fields`, where what was sent is wrong, says what is wrong with which field.
    """

    @wraps(command)
    def asked(*words: Any, as_json: bool, **named: Any) -> None:
        try:
            command(*words, as_json=as_json, **named)
        except Refused as refusal:
            told: dict[str, Any] = {"refused": refusal.code, "message": str(refusal)}
            lines = [f"{refusal.code}: {refusal}"]
            if isinstance(refusal, Invalid) and refusal.fields:
                told["fields"] = refusal.fields
                lines += [f"{k}: {' '.join(v)}" for k, v in refusal.fields.items()]
            answer(told, "\n".join(lines), as_json=as_json, success=False)

    return cast(F, asked)


def answer(
    content: Mapping[str, Any], text: str, *, as_json: bool, success: bool = True
) -> None:
    """Print an answer, and end with 1 if it is no success."""
    if as_json:
        click.echo(json.dumps(content, ensure_ascii=False, default=str))
    else:
        click.echo(text)
    if not success:
        sys.exit(1)
