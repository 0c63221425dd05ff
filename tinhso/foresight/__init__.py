"""What will happen, and what could: forecasts of measures, models, scenarios.

A forecast carries on a series of a measure, says how wide it may miss, judged by how
it missed before, and how likely a target is met. A model is a pack's file of stocks,
flows and levers, run many times over with unsure inputs; a scenario is a choice of
levers. The Resolution 09-NQ/TU orders "a system of data analysis and simulation of
socio-economic indicators and urban activities for forecasting, directing, deciding".
"""
