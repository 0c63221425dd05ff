"""The catalogue as DCAT-AP 3.0.1, the EU's profile of the W3C's vocabulary."""

from collections.abc import Iterable
from typing import Any

from tinhso.opendata.types import Format, Listed, Text, Version

EU = "http://publications.europa.eu/resource/authority"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "spdx": "http://spdx.org/rdf/terms#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
FORMATS = {
    Format.CSV: ("CSV", "text/csv"),
    Format.PARQUET: ("PARQUET", "application/vnd.apache.parquet"),
    Format.XLSX: (
        "XLSX",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    Format.GEOJSON: ("GEOJSON", "application/geo+json"),
}
SYNTHETIC = Text("Dữ liệu mô phỏng, không có thật.", "Synthetic data, nothing real.")
CATALOGUE = Text("Dữ liệu mở Quảng Ninh", "Open data of Quảng Ninh")
ABOUT = Text(
    "Các bộ dữ liệu mở do cơ quan của tỉnh công bố.",
    "The open datasets published by the agencies of the province.",
)

Node = dict[str, Any]


def catalogue(items: Iterable[Listed], *, origin: str) -> Node:
    """Write a page of the catalogue. origin: where people reach us, `https://…`."""
    listed = [one for one in items if one.newest]
    home = f"{origin}/du-lieu-mo"
    head: Node = {
        "@id": f"{home}#danh-muc",
        "@type": "dcat:Catalog",
        "dct:title": _both(CATALOGUE),
        "dct:description": _both(ABOUT),
        "dct:publisher": _agency("H49", "Ủy ban nhân dân tỉnh Quảng Ninh", origin),
        "dct:language": [_ref(f"{EU}/language/VIE"), _ref(f"{EU}/language/ENG")],
        "foaf:homepage": _of(home, "foaf:Document"),
        "dcat:themeTaxonomy": {
            **_of(f"{EU}/data-theme", "skos:ConceptScheme"),
            "dct:title": _said("Data theme", "en"),
        },
        "dcat:dataset": [_ref(address(one, origin)) for one in listed],
    }
    return {
        "@context": CONTEXT,
        "@graph": [head, *(_dataset(one, origin) for one in listed)],
    }


def one(listed: Listed, *, origin: str) -> Node:
    """Write one dataset."""
    return {"@context": CONTEXT, "@graph": [_dataset(listed, origin)]}


def address(listed: Listed, origin: str) -> str:
    """Name a dataset for good."""
    return f"{origin}/du-lieu-mo/{listed.entry.slug}"


def _dataset(listed: Listed, origin: str) -> Node:
    entry, newest = listed.entry, listed.newest
    here = address(listed, origin)
    told: Node = {
        "@id": here,
        "@type": "dcat:Dataset",
        "dct:title": _both(entry.title),
        "dct:description": _both(_described(listed)),
        "dct:identifier": entry.slug,
        "dct:publisher": _agency(entry.publisher, listed.agency, origin),
        "dcat:theme": _concept(entry.theme),
        "dcat:keyword": [
            _said(word, name)
            for name, words in entry.keywords.items()
            for word in words
        ],
        "dct:accrualPeriodicity": _of(entry.frequency, "dct:Frequency"),
        "dct:accessRights": _of(f"{EU}/access-right/PUBLIC", "dct:RightsStatement"),
        "dcat:landingPage": _of(here, "foaf:Document"),
        "dcat:contactPoint": {
            "@id": f"{here}#lien-he",
            "@type": "vcard:Organization",
            "vcard:fn": entry.contact_name,
            "vcard:hasEmail": _ref(f"mailto:{entry.contact_email}"),
        },
        "dct:provenance": {
            "@id": f"{here}#nguon",
            "@type": "dct:ProvenanceStatement",
            "skos:prefLabel": _said(entry.basis, "vi"),
        },
    }
    if newest:
        told |= _versioned(listed, newest, origin)
    return told


def _described(listed: Listed) -> Text:
    about = listed.entry.description
    if not listed.entry.is_synthetic:
        return about
    return Text(f"{SYNTHETIC.vi} {about.vi}", f"{SYNTHETIC.en} {about.en}")


def _versioned(listed: Listed, version: Version, origin: str) -> Node:
    return {
        "dcat:version": str(version.number),
        "dct:modified": _moment(version),
        "dcat:distribution": [
            _distribution(listed, version, form, origin) for form in version.formats
        ],
    }


def _distribution(listed: Listed, version: Version, form: Format, origin: str) -> Node:
    here = f"{address(listed, origin)}/{version.number}"
    name, media = FORMATS[form]
    file = f"{here}/du-lieu.{form.value}"
    told: Node = {
        "@id": f"{here}#{form.value}",
        "@type": "dcat:Distribution",
        "dct:title": _said(f"{listed.entry.title.vi} ({name})", "vi"),
        "dcat:accessURL": _of(here, "rdfs:Resource"),
        "dcat:downloadURL": _of(file, "rdfs:Resource"),
        "dct:format": _of(f"{EU}/file-type/{name}", "dct:MediaTypeOrExtent"),
        "dcat:mediaType": _of(
            f"https://www.iana.org/assignments/media-types/{media}", "dct:MediaType"
        ),
        "dct:license": _of(listed.entry.license, "dct:LicenseDocument"),
        "dct:modified": _moment(version),
    }
    if form is Format.PARQUET:
        told |= _frozen(version, here)
    return told


def _frozen(version: Version, here: str) -> Node:
    """Tell what holds of the frozen file only; the others are written from it."""
    size = {"@type": "xsd:nonNegativeInteger", "@value": str(version.bytes)}
    return {
        "dcat:byteSize": size,
        "spdx:checksum": {
            "@id": f"{here}#sha256",
            "@type": "spdx:Checksum",
            "spdx:algorithm": _of(
                "http://spdx.org/rdf/terms#checksumAlgorithm_sha256",
                "spdx:ChecksumAlgorithm",
            ),
            "spdx:checksumValue": {
                "@type": "xsd:hexBinary",
                "@value": version.sha256,
            },
        },
    }


def _agency(code: str, name: str, origin: str) -> Node:
    return {
        "@id": f"{origin}/du-lieu-mo?publisher={code}#co-quan",
        "@type": "foaf:Agent",
        "foaf:name": _said(name, "vi"),
        "dct:identifier": code,
    }


def _concept(address: str) -> Node:
    name = address.rpartition("/")[2]
    return {**_of(address, "skos:Concept"), "skos:prefLabel": _said(name, "en")}


def _moment(version: Version) -> Node:
    return {"@type": "xsd:dateTime", "@value": version.published_at.isoformat()}


def _both(text: Text) -> list[Node]:
    return [_said(text.vi, "vi"), _said(text.en, "en")]


def _said(text: str, language: str) -> Node:
    return {"@language": language, "@value": text}


def _ref(address: str) -> Node:
    return {"@id": address}


def _of(address: str, kind: str) -> Node:
    return {"@id": address, "@type": kind}
