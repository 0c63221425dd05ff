"""Rules of plans, without rows or clocks."""
