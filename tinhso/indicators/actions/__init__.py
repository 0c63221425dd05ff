"""Take what packs declare, and compute what is measured."""

from tinhso.indicators.actions.computing import refresh
from tinhso.indicators.actions.content import BOARDS, INDICATORS, TARGETS

__all__ = ["BOARDS", "INDICATORS", "TARGETS", "refresh"]
