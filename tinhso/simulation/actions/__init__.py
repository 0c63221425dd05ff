"""Make activity up: write it at once, or play it act by act."""

from tinhso.simulation.actions.bulk import simulate
from tinhso.simulation.actions.declaring import ACTIVITIES
from tinhso.simulation.actions.playing import play

__all__ = ["ACTIVITIES", "play", "simulate"]
