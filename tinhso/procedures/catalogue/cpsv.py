"""The catalogue of procedures as CPSV-AP 3.2.0, the EU's profile of public services."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tinhso.people.types import Organization
from tinhso.procedures.catalogue.cpsv_imported import ImportedService
from tinhso.procedures.catalogue.cpsv_nodes import Nodes, Service, both, joined
from tinhso.procedures.catalogue.cpsv_terms import (
    AUDIENCE,
    CONTEXT,
    FREE,
    OWN,
    PAPER_FORMS,
    duration,
    fee_in_words,
    limit_in_words,
)
from tinhso.procedures.types.catalogue import Channel, Fee, Paper, Procedure
from tinhso.procedures.types.deadlines import Limit
from tinhso.procedures.types.forms import EMPTY, Label
from tinhso.procedures.types.national import NationalProcedure

Authorities = tuple[Organization, ...]


def as_cpsv(
    *,
    own: Iterable[tuple[Procedure, Authorities]],
    imported: Iterable[NationalProcedure],
    on: date,
    origin: str,
) -> dict[str, Any]:
    """Write procedures as one JSON-LD document.

    own: each with the organizations that receive it. on: the day whose limits and
    fees are told. origin: where people reach the platform, `https://…`.
    """
    nodes = Nodes(origin)
    for procedure, authorities in own:
        OwnService(nodes, procedure, on).write(authorities)
    for stated in imported:
        ImportedService(nodes, stated).write()
    return {"@context": CONTEXT, "@graph": list(nodes.written.values())}


class OwnService(Service):
    """A procedure of the province, as it holds on a day."""

    def __init__(self, nodes: Nodes, procedure: Procedure, on: date) -> None:
        super().__init__(nodes, procedure.code)
        self.procedure = procedure
        self.on = on

    def write(self, authorities: Authorities) -> None:
        """Write the service and all its parts."""
        told, to = self.procedure, self.nodes
        limit = self._limit()
        channels = {channel: self._channel(channel) for channel in told.channels}
        to.add(
            self.address,
            "PublicService",
            identifier=self.code,
            title=both(told.title),
            description=joined(told.summary, limit_in_words(limit) if limit else EMPTY),
            processingTime=duration(limit) if limit else None,
            thematicArea=[to.named("linh-vuc", told.field)],
            audience=[
                to.concept("doi-tuong", key, AUDIENCE[key]) for key in told.audience
            ],
            isClassifiedBy=[to.level(told.level), to.concept("nguon", "tinh", OWN)],
            hasCompetentAuthority=[to.organization(one) for one in authorities]
            or [to.unnamed_agency(told.level)],
            hasChannel=list(channels.values()),
            hasCost=self._costs(channels),
            hasInput=[self._paper(paper) for paper in told.papers],
            hasLegalResource=self.laws(told.legal_basis),
            produces=[self._result()],
        )

    def _limit(self) -> Limit | None:
        try:
            return self.procedure.limit_on(self.on).limit
        except LookupError:
            return None

    def _channel(self, channel: Channel) -> str:
        type_ = self.nodes.channel_type(channel)
        return self.part(f"kenh-{channel.value}", "Channel", type=type_)

    def _costs(self, channels: Mapping[Channel, str]) -> list[str]:
        if not self.procedure.fees:
            return [self._cost("phi", 0, FREE)]
        return [
            self._fee(f"phi-{channel.value}-{place}", fee, through)
            for channel, through in channels.items()
            for place, fee in enumerate(
                self.procedure.fees_on(self.on, channel=channel), start=1
            )
        ]

    def _fee(self, key: str, fee: Fee, through: str) -> str:
        # A number alone cannot say that it is not verified; then only words can.
        amount = None if fee.is_uncertain else fee.amount
        return self._cost(key, amount, fee_in_words(fee), ifAccessedThrough=through)

    def _cost(self, key: str, amount: int | None, words: Label, **rest: str) -> str:
        told: dict[str, Any] = {"description": both(words), **rest}
        if amount is not None:
            told["hasValue"] = float(amount)
            told["currency"] = self.nodes.currency("VND")
        return self.part(key, "Cost", **told)

    def _paper(self, paper: Paper) -> str:
        form = PAPER_FORMS[paper.form]
        count = f": {paper.copies}" if paper.copies else ""
        said = Label(f"{form.vi}{count}.", f"{form.en}{count}.")
        return self.part(
            f"giay-to-{paper.key}",
            "Evidence",
            title=both(paper.title),
            description=joined(said, paper.note),
        )

    def _result(self) -> str:
        result = self.procedure.result
        title = both(result.title)
        return self.part("ket-qua", "Output", identifier=result.code, title=title)
