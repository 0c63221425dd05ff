"""Take what packs declare, and keep what is measured."""

from tinhso.indicators.actions.content import INDICATORS, TARGETS

__all__ = ["INDICATORS", "TARGETS"]
