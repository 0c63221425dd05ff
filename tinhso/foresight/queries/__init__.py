"""What the doors may ask foresight."""

from tinhso.foresight.queries.account import (
    account_gaps,
)
from tinhso.foresight.queries.account_inputs import (
    account_template,
    get_account,
)
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
from tinhso.foresight.queries.vintages import (
    chances,
    forecast_of,
    outlooks,
    surprises,
)

__all__ = [
    "account_gaps",
    "account_template",
    "chances",
    "conform",
    "forecast_file",
    "forecast_of",
    "forecast_parts",
    "get_account",
    "get_model",
    "model_as_xmile",
    "models",
    "outlooks",
    "read_model",
    "run_model",
    "surprises",
]
