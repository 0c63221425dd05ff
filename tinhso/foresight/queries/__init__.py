"""What the doors may ask foresight."""

from tinhso.foresight.queries.dynamics import (
    conform,
    get_model,
    model_as_xmile,
    models,
    read_model,
    run_model,
)
from tinhso.foresight.queries.files import (
    forecast_file,
)
from tinhso.foresight.queries.parts import (
    forecast_parts,
)
from tinhso.foresight.queries.urban import (
    activities,
    get_activity,
    play,
    read_activity,
)
from tinhso.foresight.queries.vintages import (
    chances,
    forecast_of,
    outlooks,
    surprises,
)

__all__ = [
    "activities",
    "chances",
    "conform",
    "forecast_file",
    "forecast_of",
    "forecast_parts",
    "get_activity",
    "get_model",
    "model_as_xmile",
    "models",
    "outlooks",
    "play",
    "read_activity",
    "read_model",
    "run_model",
    "surprises",
]
