"""The public words of forecasts, models and scenarios."""
