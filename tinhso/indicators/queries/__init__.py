"""What other rooms and the doors may ask of indicators and targets."""

from tinhso.indicators.queries.declared import indicators, plans
from tinhso.indicators.queries.targets import standings

__all__ = ["indicators", "plans", "standings"]
