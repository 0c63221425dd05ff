"""Tables of indicators, for this room only."""

from tinhso.indicators.models.values import FaultRow, RunRow, SeriesRow, ValueRow

__all__ = ["FaultRow", "RunRow", "SeriesRow", "ValueRow"]
