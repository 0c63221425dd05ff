"""What one dossier costs, and which papers it needs: rules over its answers."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from tinhso.procedures.forms.logic import evaluate, holds
from tinhso.procedures.forms.reading import with_computed
from tinhso.procedures.types.catalogue import Channel, Charge, Fee, Paper, Procedure
from tinhso.procedures.types.forms import Answers, Logic


def charges(
    procedure: Procedure, *, answers: Answers, on: date, channel: Channel
) -> tuple[Charge, ...]:
    """List what a dossier pays on a day and channel; what costs nothing is left out."""
    fees = procedure.fees_on(on, channel=channel)
    if not fees:
        return ()
    known = {"answers": with_computed(procedure.form, answers, on)}
    paid = (_charged(fee, known) for fee in fees if holds(fee.when, known))
    return tuple(charge for charge in paid if charge.amount)


def total(procedure: Procedure, *, answers: Answers, on: date, channel: Channel) -> int:
    """Add up what a dossier pays, in VND."""
    paid = charges(procedure, answers=answers, on=on, channel=channel)
    return sum(charge.amount for charge in paid)


def needed_papers(
    procedure: Procedure, *, answers: Answers, on: date
) -> Iterator[Paper]:
    """Walk through the papers that these answers ask for."""
    known = {"answers": with_computed(procedure.form, answers, on)}
    return (paper for paper in procedure.papers if holds(paper.when, known))


def _charged(fee: Fee, known: dict[str, Any]) -> Charge:
    quantity, times = _count(fee.quantity, known), _count(fee.times, known)
    return Charge(fee, quantity, times, fee.price(quantity) * times)


def _count(rule: Logic, known: dict[str, Any]) -> int:
    """Count by a rule; what is not answered yet, or is no number, counts nothing."""
    value = evaluate(rule, known)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0
    return max(0, int(value))
