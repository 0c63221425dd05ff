"""Take what packs declare, and compute what is measured."""

from tinhso.indicators.actions.appraising import (
    appraise,
    appraise_rest,
    conclude_appraisal,
    explain,
    move_deadlines,
    publish_score,
    settle,
)
from tinhso.indicators.actions.assessing import (
    begin_assessment,
    drop_evidence,
    hand_in_assessment,
    self_assess,
)
from tinhso.indicators.actions.computing import (
    refresh,
)
from tinhso.indicators.actions.content import (
    BOARDS,
    INDICATORS,
    TARGETS,
)
from tinhso.indicators.actions.index_content import (
    INDEX_DUTIES,
    INDEX_SCORES,
    INDEX_SETS,
)
from tinhso.indicators.actions.index_sheets import (
    take_self_assessment,
)
from tinhso.indicators.actions.printing import (
    print_board,
    write_board,
)

__all__ = [
    "BOARDS",
    "INDEX_DUTIES",
    "INDEX_SCORES",
    "INDEX_SETS",
    "INDICATORS",
    "TARGETS",
    "appraise",
    "appraise_rest",
    "begin_assessment",
    "conclude_appraisal",
    "drop_evidence",
    "explain",
    "hand_in_assessment",
    "move_deadlines",
    "print_board",
    "publish_score",
    "refresh",
    "self_assess",
    "settle",
    "take_self_assessment",
    "write_board",
]
