"""Take what packs declare, and compute what is measured."""

from tinhso.indicators.actions.computing import refresh
from tinhso.indicators.actions.content import BOARDS, INDICATORS, TARGETS
from tinhso.indicators.actions.printing import print_board, write_board

__all__ = [
    "BOARDS",
    "INDICATORS",
    "TARGETS",
    "print_board",
    "refresh",
    "write_board",
]
