"""Whose calendar counts for what: the working days of the house, lent to its rooms."""

from tinhso.indicators import actions as indicators
from tinhso.procedures import queries as procedures

indicators.count_working_days(count=procedures.working_day)
