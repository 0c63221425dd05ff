"""What the doors may ask foresight."""

from tinhso.foresight.queries.dynamics import (
    conform,
    get_model,
    model_as_xmile,
    models,
    read_model,
    run_model,
)

__all__ = [
    "conform",
    "get_model",
    "model_as_xmile",
    "models",
    "read_model",
    "run_model",
]
