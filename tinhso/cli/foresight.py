"""`tinhso foresight`: forecasts of series and measures, models and scenarios."""

import click


@click.group("foresight")
def group() -> None:
    """What will happen, and what could."""
