"""Take what packs declare of digital-economy accounts."""

from collections.abc import Mapping
from datetime import datetime

from tinhso.foresight.providers.model_files import SCHEMA as MODEL_SCHEMA
from tinhso.foresight.queries.account import ACCOUNTS as ACCOUNTS_KIND
from tinhso.foresight.rules.account.declared import faults_of
from tinhso.kernel.actor import Actor
from tinhso.kernel.packs.types import Content, Find, Kind

INDICATORS_KIND = "indicators"


def take_account(content: Content, actor: Actor, at: datetime) -> None:
    """Take an account; it is read from the pack when it is asked for."""


def compare_account(content: Content, find: Find) -> Mapping[str, str]:
    """Answer which indicators an account names that its content does not hold."""
    found = find(INDICATORS_KIND, content.body["indicators"])
    if found is None:
        return {"indicators": f"no indicators {content.body['indicators']!r}"}
    known = {one["key"] for one in found.body["indicators"]}
    return {
        f"measures.{name}": "no such indicator in `indicators`"
        for name, key in content.body["measures"].items()
        if key not in known
    }


ACCOUNTS = Kind(
    name=ACCOUNTS_KIND,
    pattern="accounts/*.yaml",
    schema=MODEL_SCHEMA.with_name("account.json"),
    apply=take_account,
    check=lambda content: faults_of(content.body),
    compare=compare_account,
)
