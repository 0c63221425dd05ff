"""What the doors may ask foresight."""

from tinhso.foresight.queries.dynamics import (
    conform,
    get_model,
    model_as_xmile,
    models,
    read_model,
    run_model,
)
from tinhso.foresight.queries.scenarios import (
    choose_mix,
    play_scenario,
    read_target,
    tornado,
)

__all__ = [
    "choose_mix",
    "conform",
    "get_model",
    "model_as_xmile",
    "models",
    "play_scenario",
    "read_model",
    "read_target",
    "run_model",
    "tornado",
]
