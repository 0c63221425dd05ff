"""What the doors may ask foresight."""

from tinhso.foresight.queries.account import (
    account_gaps,
)
from tinhso.foresight.queries.account_inputs import (
    account_quarters,
    account_template,
    get_account,
)
from tinhso.foresight.queries.diagrams import (
    diagram,
    diagram_as_lines,
    diagram_as_svg,
)
from tinhso.foresight.queries.dynamics import (
    conform,
    get_model,
    model_as_xmile,
    models,
    read_model,
    run_model,
    spread_model,
)
from tinhso.foresight.queries.files import (
    forecast_file,
)
from tinhso.foresight.queries.frozen import (
    frozen_scenarios,
    get_frozen_scenario,
    get_proposal,
    model_of_proposal,
    proposal_pdf,
    proposals,
    recheck_proposal,
)
from tinhso.foresight.queries.parts import (
    forecast_parts,
)
from tinhso.foresight.queries.scenarios import (
    choose_mix,
    play_scenario,
    read_target,
    tornado,
)
from tinhso.foresight.queries.studio import (
    explain,
    explained_as_json,
    play_studio,
    playable_model,
    playable_models,
    seek_mix,
    sought_as_json,
    studio_as_json,
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
    "account_gaps",
    "account_quarters",
    "account_template",
    "activities",
    "chances",
    "choose_mix",
    "conform",
    "diagram",
    "diagram_as_lines",
    "diagram_as_svg",
    "explain",
    "explained_as_json",
    "forecast_file",
    "forecast_of",
    "forecast_parts",
    "frozen_scenarios",
    "get_account",
    "get_activity",
    "get_frozen_scenario",
    "get_model",
    "get_proposal",
    "model_as_xmile",
    "model_of_proposal",
    "models",
    "outlooks",
    "play",
    "play_scenario",
    "play_studio",
    "playable_model",
    "playable_models",
    "proposal_pdf",
    "proposals",
    "read_activity",
    "read_model",
    "read_target",
    "recheck_proposal",
    "run_model",
    "seek_mix",
    "sought_as_json",
    "spread_model",
    "studio_as_json",
    "surprises",
    "tornado",
]
