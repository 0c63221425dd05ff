"""`tinhso AREA VERB`: the operators' command line.

Every command takes `--json` and exits 0 only on success.
"""

import os

import click

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.project.settings")


@click.group()
def main() -> None:
    """Tỉnh Số: run a province's registers, procedures, signals and measures."""
