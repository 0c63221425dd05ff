"""What procedures publish to the lake, and nobody's name."""

from tinhso.procedures.datasets.acts import (
    DOSSIER_ACTS,
    Act,
    act_of,
    acts_of_made_up,
    made_up_batches,
)
from tinhso.procedures.datasets.evaluations import (
    EVALUATIONS,
    evaluation_as_row,
    evaluations_of_made_up,
)

__all__ = [
    "DOSSIER_ACTS",
    "EVALUATIONS",
    "Act",
    "act_of",
    "acts_of_made_up",
    "evaluation_as_row",
    "evaluations_of_made_up",
    "made_up_batches",
]
