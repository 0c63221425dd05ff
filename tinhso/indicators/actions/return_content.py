"""Take what packs declare of returns."""

from collections.abc import Mapping

from tinhso.indicators.actions.content import take_content
from tinhso.indicators.queries.asked import RETURNS as RETURNS_KIND
from tinhso.indicators.queries.declared import INDICATORS as INDICATORS_KIND
from tinhso.indicators.rules import returns as rules
from tinhso.indicators.types import SCHEMAS
from tinhso.kernel.packs.types import Content, Find, Kind


def compare_returns(content: Content, find: Find) -> Mapping[str, str]:
    """Answer which indicators cannot be reported, and why."""
    measured = find(INDICATORS_KIND, content.body["indicators"])
    if measured is None:
        return {"indicators": f"no indicators {content.body['indicators']!r}"}
    known = {one["key"]: one for one in measured.body["indicators"]}
    faults = {}
    for place, told in enumerate(content.body["returns"]):
        field, indicator = f"returns.{place}", known.get(told["indicator"])
        if indicator is None:
            faults[f"{field}.indicator"] = "no such indicator"
            continue
        if fault := rules.fault_beside(told, indicator):
            faults[f"{field}.indicator"] = fault
        if "approver" not in told and not indicator.get("owner"):
            faults[f"{field}.approver"] = "is none, and the indicator has no owner"
    return faults


RETURNS = Kind(
    name=RETURNS_KIND,
    pattern="returns/*.yaml",
    schema=SCHEMAS / "returns.json",
    apply=take_content,
    check=lambda content: rules.faults_of(content.body),
    compare=compare_returns,
)
