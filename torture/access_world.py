"""The world of the access walk, made in one go: two victims and everybody who looks.

Needs Django set up, on the database of a run of its own, with the demonstration in it.
"""

import json
from datetime import datetime
from typing import Any

from tinhso.kernel.audit import actions as audit
from tinhso.kernel.audit import queries as journal
from torture.access_people import (
    CANARIES,
    agreed_to_by,
    end_people,
    make_people,
    signed_in_of,
)
from torture.access_policy import SETS
from torture.access_things import Estate, open_contents


def found(at: datetime) -> dict[str, Any]:
    """Make people and things; answer what everybody comes with, and all names."""
    known = make_people(at)
    things = {of: Estate(of, known, at).make() for of in SETS}
    open_contents(known, at)
    comes = end_people(known, at)
    audit.seal(at=at)
    size = str(journal.newest_head().size)
    for of, other in (SETS, SETS[::-1]):
        foreign = json.dumps([things[other]["new.file_id"]])
        owner = known.actors["owner" if of == "A" else "stranger"]
        assert owner.id is not None
        things[of] |= {"head_size": size, "foreign": foreign}
        things[of] |= signed_in_of(owner.id)
        things[of] |= agreed_to_by(owner, known.units[of], at)
    canaries = {of: {**CANARIES[of], **_ids(things[of])} for of in SETS}
    return {"comes": comes, "things": things, "canaries": canaries}


def _ids(named: dict[str, str]) -> dict[str, str]:
    """Choose the names under which nobody else is told of a victim's things."""
    of_dossiers = ("dossier_id", "draft_id", "booking_id", "waiting_id", "message_id")
    of_accounts = ("view_id", "grant_id", "session_id", "key_id")
    kinds = (*of_dossiers, *of_accounts)
    return {name: value for name, value in named.items() if name.endswith(kinds)}
