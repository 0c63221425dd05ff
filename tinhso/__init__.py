"""Tỉnh Số: registers, procedures, signals and measures of a province."""
