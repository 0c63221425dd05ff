"""`tinhso`: a restore comes before there is a database; all else stands on one."""

import sys
from importlib import import_module

import click

from tinhso.cli import restore


def main() -> None:
    """Run a command."""
    if sys.argv[1:2] == ["restore"]:
        click.Group("tinhso", {"restore": restore.command})()
    # Not imported before: it asks for a database, and starts one.
    import_module("tinhso.cli.main").main()
