"""Take what packs declare, and keep what is measured."""

from tinhso.indicators.actions.content import INDICATORS, TARGETS
from tinhso.indicators.actions.index_content import (
    INDEX_DUTIES,
    INDEX_SCORES,
    INDEX_SETS,
)

__all__ = ["INDEX_DUTIES", "INDEX_SCORES", "INDEX_SETS", "INDICATORS", "TARGETS"]
