"""A procedure of the national catalogue as a service of CPSV-AP."""

from tinhso.procedures.catalogue.cpsv_nodes import Nodes, Service, both, vietnamese
from tinhso.procedures.catalogue.cpsv_terms import (
    IMPORTED,
    LEVELS,
    limit_in_words,
    stated_duration,
)
from tinhso.procedures.types.forms import Label
from tinhso.procedures.types.national import (
    NationalPaper,
    NationalProcedure,
    NationalResult,
    Way,
)


class ImportedService(Service):
    """A procedure of the national catalogue, in its own words and no others."""

    def __init__(self, nodes: Nodes, stated: NationalProcedure) -> None:
        super().__init__(nodes, stated.code)
        self.stated = stated

    def write(self) -> None:
        """Write the service and all its parts."""
        told, to = self.stated, self.nodes
        times = {self._duration(way) for way in told.ways}
        channels = [
            self._channel(place, way) for place, way in enumerate(told.ways, start=1)
        ]
        costs = [
            self._cost(place, way, channels[place - 1])
            for place, way in enumerate(told.ways, start=1)
            if way.fee or way.fee_text
        ]
        laws = self.laws(told.legal_basis)
        to.add(
            self.address,
            "PublicService",
            identifier=self.code,
            title=vietnamese(told.title),
            description=vietnamese(self._description()),
            processingTime=times.pop() if len(times) == 1 else None,
            thematicArea=[to.named("linh-vuc", told.field)] if told.field else [],
            audience=[to.named("doi-tuong", name) for name in told.audience],
            isClassifiedBy=[
                *(to.level(level) for level in told.levels),
                to.concept("nguon", "quoc-gia", IMPORTED),
            ],
            hasCompetentAuthority=self._authorities(),
            hasChannel=channels,
            hasCost=costs,
            hasInput=[
                self._paper(place, paper)
                for place, paper in enumerate(told.papers, start=1)
            ],
            holdsRequirement=self._requirements(),
            hasLegalResource=laws,
            follows=self._rules(laws),
            produces=[
                self._result(place, result)
                for place, result in enumerate(told.results, start=1)
            ],
        )

    def _description(self) -> str:
        levels = ", ".join(LEVELS[level].vi.lower() for level in self.stated.levels)
        parts = (
            f"Thủ tục hành chính lĩnh vực {self.stated.field}"
            if self.stated.field
            else "Thủ tục hành chính",
            f"cấp thực hiện: {levels}" if levels else "",
            f"công bố theo quyết định {self.stated.decision}"
            if self.stated.decision
            else "",
        )
        said = "; ".join(part for part in parts if part)
        return f"{said}. Thời hạn và phí, lệ phí ghi ở từng cách thức nộp."

    def _authorities(self) -> list[str]:
        agencies = [self.nodes.agency(name) for name in self.stated.agencies]
        levels = self.stated.levels or ("unknown",)
        return agencies or [self.nodes.unnamed_agency(level) for level in levels]

    def _duration(self, way: Way) -> str | None:
        words = f"{way.note}\n{self.stated.steps}"
        return stated_duration(way.limit, words=words)

    def _channel(self, place: int, way: Way) -> str:
        limit = ""
        if way.limit:
            limit = limit_in_words(way.limit).vi
        elif way.limit_text:
            limit = f"Thời hạn ghi trong danh mục, chưa rõ nghĩa: “{way.limit_text}”."
        return self.part(
            f"kenh-{place}",
            "Channel",
            type=self.nodes.channel_type(way.channel),
            description=vietnamese(f"{limit} {way.note}".strip()),
            processingTime=self._duration(way),
        )

    def _cost(self, place: int, way: Way, channel: str) -> str:
        fee = way.fee
        said = f"Danh mục ghi: “{way.fee_text}”." if way.fee_text else ""
        return self.part(
            f"phi-{place}",
            "Cost",
            hasValue=float(fee.amount) if fee else None,
            currency=self.nodes.currency(fee.currency) if fee else None,
            # The note holds what the amount depends on; without it, it would mislead.
            description=vietnamese(f"{said} {way.note}".strip()),
            ifAccessedThrough=channel,
        )

    def _paper(self, place: int, paper: NationalPaper) -> str:
        parts = (
            f"Trường hợp: {paper.case}." if paper.case else "",
            f"Bản chính: {paper.originals}." if paper.originals else "",
            f"Bản sao: {paper.copies}." if paper.copies else "",
            f"Mẫu: {paper.template_file}." if paper.template_file else "",
        )
        return self.part(
            f"giay-to-{place}",
            "Evidence",
            title=vietnamese(paper.title),
            description=vietnamese(" ".join(part for part in parts if part)),
        )

    def _requirements(self) -> list[str]:
        if not self.stated.conditions:
            return []
        title = Label("Yêu cầu, điều kiện thực hiện", "Requirements and conditions")
        said = vietnamese(self.stated.conditions)
        return [
            self.part("dieu-kien", "Requirement", title=both(title), description=said)
        ]

    def _rules(self, laws: list[str]) -> list[str]:
        if not self.stated.steps:
            return []
        title = Label("Trình tự thực hiện", "Steps")
        said = vietnamese(self.stated.steps)
        return [
            self.part(
                "trinh-tu",
                "Rule",
                title=both(title),
                description=said,
                implements=laws,
            )
        ]

    def _result(self, place: int, result: NationalResult) -> str:
        return self.part(
            f"ket-qua-{place}",
            "Output",
            identifier=result.code,
            title=vietnamese(result.title),
        )
