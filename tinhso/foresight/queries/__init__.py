"""What the doors may ask foresight."""

from tinhso.foresight.queries.files import (
    forecast_file,
)
from tinhso.foresight.queries.parts import (
    forecast_parts,
)
from tinhso.foresight.queries.vintages import (
    chances,
    forecast_of,
    outlooks,
    surprises,
)

__all__ = [
    "chances",
    "forecast_file",
    "forecast_of",
    "forecast_parts",
    "outlooks",
    "surprises",
]
