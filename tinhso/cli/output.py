"""How commands answer: words for people, `--json` for machines, exit 0 on success."""

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., object])


def json_option(command: F) -> F:
    """Give a command its `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")(
        command
    )


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
