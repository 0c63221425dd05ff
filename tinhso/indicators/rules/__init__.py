"""Periods, what packs declare, and how targets stand: pure."""
