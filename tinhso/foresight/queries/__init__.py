"""What the doors may ask foresight."""

from tinhso.foresight.queries.files import (
    forecast_file,
)

__all__ = [
    "forecast_file",
]
