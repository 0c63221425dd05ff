"""Plans with their tasks, how heads of agencies are rated, and what the Council asks.

A pack declares a plan: tasks in groups, with agency, day, product and source. Agencies
add tasks of their own beneath, report with evidence, and the plan's owner accepts or
sends back. Each year heads say how it went and their superiors rate them; members of
the People's Council ask, agencies answer, and all of it stays on record.
"""
