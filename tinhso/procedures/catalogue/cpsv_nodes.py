"""The nodes of a CPSV-AP document, each under one address."""

from typing import Any

from tinhso.people.types import Organization
from tinhso.procedures.catalogue.cpsv_terms import (
    CHANNELS,
    EU,
    LEVELS,
    NO_LEVEL,
    VIETNAM,
    name_of,
)
from tinhso.procedures.types.catalogue import Channel, LegalBasis
from tinhso.procedures.types.forms import Label

Node = dict[str, Any]


class Nodes:
    """The nodes of a document by address, each written once."""

    def __init__(self, origin: str) -> None:
        self.home = f"{origin}/thu-tuc"
        self.written: dict[str, Node] = {}

    def add(self, address: str, type_: str, **rest: Any) -> str:
        """Write a node; answer its address. What says nothing is left out."""
        told = {
            key: value for key, value in rest.items() if value not in (None, "", [])
        }
        self.written[address] = {"@id": address, "@type": type_, **told}
        return address

    def concept(self, kind: str, key: str, label: Label) -> str:
        """Write a concept of ours; there is no common list of them."""
        return self.add(f"{self.home}#{kind}-{key}", "Concept", prefLabel=both(label))

    def named(self, kind: str, name: str) -> str:
        """A concept known by nothing but its Vietnamese name."""
        return self.concept(kind, name_of(name), Label(name, ""))

    def level(self, key: str) -> str:
        """Write a tier of government."""
        return self.concept("cap", key, LEVELS[key])

    def channel_type(self, channel: Channel) -> str:
        """Write a kind of channel."""
        return self.concept("kenh", channel.value, CHANNELS[channel])

    def currency(self, code: str) -> str:
        """Write a currency by its ISO 4217 code, under the EU's address for it."""
        return self.add(f"{EU}/currency/{code}", "Concept", identifier=code)

    def country(self) -> str:
        """Write Vietnam."""
        return self.add(VIETNAM, "Location", identifier="VNM")

    def organization(self, one: Organization) -> str:
        """Write an organization of the province and its area."""
        # By its key: many agency codes only stand in until the real ones are known.
        return self._agency(one.key, Label(one.name, ""), one.unit_code)

    def agency(self, name: str) -> str:
        """Write an agency known by nothing but its name."""
        return self._agency(name_of(name), Label(name, ""), None)

    def unnamed_agency(self, level: str) -> str:
        """The agency of a procedure that names none: its level is all there is."""
        of = LEVELS.get(level, NO_LEVEL)
        name = Label(
            f"{of.vi} (danh mục không nêu tên cơ quan)",
            f"{of.en} (the catalogue names no agency)",
        )
        return self._agency(f"chua-neu-ten-{level}", name, None)

    def _agency(self, key: str, name: Label, unit_code: str | None) -> str:
        return self.add(
            f"{self.home}#co-quan-{key}",
            "PublicOrganisation",
            prefLabel=both(name),
            spatial=self._area(unit_code) if unit_code else self.country(),
        )

    def _area(self, code: str) -> str:
        return self.add(f"{self.home}#dia-ban-{code}", "Location", identifier=code)


class Service:
    """What services of both kinds have in common; `code` names all their parts."""

    def __init__(self, nodes: Nodes, code: str) -> None:
        self.nodes = nodes
        self.code = code
        self.address = f"{nodes.home}/{code}"

    def part(self, key: str, type_: str, **rest: Any) -> str:
        """Write a part of the service, with an identifier of its own."""
        rest = {"identifier": f"{self.code}/{key}", **rest}
        return self.nodes.add(f"{self.address}#{key}", type_, **rest)

    def laws(self, laws: tuple[LegalBasis, ...]) -> list[str]:
        """Write the legal basis."""
        # One node a procedure: numbers as they are published are not sure enough
        # to say that two procedures stand on the same law.
        return [
            self.nodes.add(
                f"{self.address}#can-cu-{place}",
                "LegalResource",
                localNumber=law.number,
                title=vietnamese(law.title),
                issuedOn=law.issued_on and law.issued_on.isoformat(),
            )
            for place, law in enumerate(laws, start=1)
        ]


def vietnamese(text: str) -> dict[str, str] | None:
    """Say a text that stands in Vietnamese only."""
    return {"vi": text} if text else None


def both(label: Label) -> dict[str, str] | None:
    """Say a text in the languages it has."""
    told = {"vi": label.vi, "en": label.en}
    return {language: text for language, text in told.items() if text} or None


def joined(first: Label, second: Label) -> dict[str, str] | None:
    """Say two texts one after the other."""
    return both(
        Label(f"{first.vi} {second.vi}".strip(), f"{first.en} {second.en}".strip())
    )
