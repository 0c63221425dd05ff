"""Causal-loop diagrams: what drives what in a model, found in its equations."""

from tinhso.foresight.rules.diagrams.drawn import as_lines, as_svg
from tinhso.foresight.rules.diagrams.loops import diagram_of
from tinhso.foresight.types.diagrams import Diagram
from tinhso.foresight.types.dynamics import Model


def diagram(*, model: Model) -> Diagram:
    """Find what drives what among levers, measured inputs, stocks and outputs.

    Measured inputs are taken at their fallback, for no measure is asked.

    :raises ModelRefused: if the model comes to no number at its medians.
    """
    return diagram_of(model)


def diagram_as_svg(*, diagram: Diagram, language: str = "vi") -> str:
    """Draw a diagram, with the same as a list in its description."""
    return as_svg(diagram, language)


def diagram_as_lines(*, diagram: Diagram, language: str = "vi") -> list[str]:
    """Say a diagram as a list, in Vietnamese or English."""
    return as_lines(diagram, language)
