"""Administrative units with validity and successors, addresses, geometry.

Legal source: NQ 1679/NQ-UBTVQH15 (16/06/2025) and the resolutions before it.
"""
