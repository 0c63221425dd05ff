"""What the province measures, and what it has promised to reach.

Indicators and targets are content of packs: a unit, one method a series, the values
that documents state with their source. A number without a source is none; a target
without a value is unknown, never zero. First of all stands Resolution 09-NQ/TU (2022)
of Quảng Ninh with its 20 targets for 2025 and 8 for 2030. Words of SDMX where they fit.
"""
