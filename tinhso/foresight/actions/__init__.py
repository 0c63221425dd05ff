"""What the doors may have foresight do."""

from tinhso.foresight.actions.dynamics import MODELS

__all__ = ["MODELS"]
