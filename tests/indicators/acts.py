"""Acts on dossiers in the lake, without dossiers: for numbers and their pages."""

from datetime import timedelta

from tinhso.indicators import actions
from tinhso.kernel.ids import new_id
from tinhso.lake import actions as lake


def hand_in(at, *, agency="H49.06688", resolved=None, action="submit", **values):
    """Hand in an act, at a moment; answer its dossier."""
    row = {
        "act_id": new_id(),
        "dossier_id": new_id(),
        "procedure": "1.001193",
        "agency": agency,
        "receiver": agency,
        "channel": "online",
        "action": action,
        "step": "received",
        "status": 1,
        "acted_at": at,
        "acted_on": at.date(),
        "submitted_on": at.date(),
        "due_at": at + timedelta(days=1),
        "is_late": False,
        "resolved": resolved,
        "is_synthetic": False,
        **values,
    }
    lake.hand_in(dataset="procedures.dossier_acts", values=row, at=at)
    return row["dossier_id"]


def count(at):
    """Write what was handed in, and compute."""
    lake.append_waiting(at=at)
    return actions.refresh(at=at)
