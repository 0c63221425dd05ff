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
from tinhso.indicators.actions.approving import (
    accept_return,
    send_return_back,
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
from tinhso.indicators.actions.reminding import (
    count_working_days,
    remind_of_returns,
)
from tinhso.indicators.actions.return_content import (
    RETURNS,
)
from tinhso.indicators.actions.return_sheets import (
    take_returns,
)
from tinhso.indicators.actions.returning import (
    correct_return,
    drop_return_file,
    fill_return,
    send_return,
)

__all__ = [
    "BOARDS",
    "INDEX_DUTIES",
    "INDEX_SCORES",
    "INDEX_SETS",
    "INDICATORS",
    "RETURNS",
    "TARGETS",
    "accept_return",
    "appraise",
    "appraise_rest",
    "begin_assessment",
    "conclude_appraisal",
    "correct_return",
    "count_working_days",
    "drop_evidence",
    "drop_return_file",
    "explain",
    "fill_return",
    "hand_in_assessment",
    "move_deadlines",
    "print_board",
    "publish_score",
    "refresh",
    "remind_of_returns",
    "self_assess",
    "send_return",
    "send_return_back",
    "settle",
    "take_returns",
    "take_self_assessment",
    "write_board",
]
