"""The catalogue leaves as CPSV-AP 3.2.0, and says no more than is known."""

import gzip
import json
import random
from dataclasses import replace
from datetime import date

import pytest
from pyshacl import validate
from rdflib import Graph

from tests.procedures.test_national import RECORD
from tinhso.procedures import queries
from tinhso.procedures.catalogue.cpsv import as_cpsv
from tinhso.procedures.catalogue.national import read_record
from tinhso.procedures.catalogue.turtle import as_turtle
from tinhso.procedures.types import (
    Channel,
    Fee,
    Form,
    Label,
    LegalBasis,
    Limit,
    LimitUnit,
    Paper,
    Procedure,
    ResultKind,
    StatedFee,
    StatedLimit,
    StatedUnit,
    SupplementPolicy,
    TimeLimit,
    Workflow,
)

ORIGIN = "https://tinhso.example"
DAY = date(2026, 6, 16)
BIRTH = f"{ORIGIN}/thu-tuc/1.001193"
STATED, _, _ = read_record(RECORD)
OWN = Procedure(
    code="1.001193",
    number=1,
    title=Label("Thủ tục đăng ký khai sinh", "Birth registration"),
    summary=Label("Khai sinh cho trẻ em.", "Register a birth."),
    field="Hộ tịch",
    level="commune",
    cases=(),
    audience=("citizen",),
    channels=(Channel.ONLINE, Channel.COUNTER),
    time_limits=(
        TimeLimit(
            Limit(1, LimitUnit.WORKING_DAYS), date(2025, 7, 1), None, "QĐ 163/QĐ-BTP"
        ),
    ),
    fees=(),
    papers=(Paper("proof", Label("Giấy chứng sinh", "Birth notice"), "original", 1),),
    legal_basis=(LegalBasis("60/2014/QH13", "Luật Hộ tịch", date(2014, 11, 20)),),
    form=Form("birth", 1, Label("Tờ khai", "Form"), ()),
    workflow=Workflow("signed", 1, Label("Quy trình", "Workflow"), "start", (), ()),
    result=ResultKind(
        "KQ.G15.000031", Label("Giấy khai sinh", "Certificate"), "t", 1, "KS", {}, None
    ),
    supplement_policy=SupplementPolicy.RESTART,
    valid_from=date(2025, 7, 1),
    valid_to=None,
    source="QĐ 163/QĐ-BTP",
)


@pytest.fixture
def shapes(shared_data):
    return Graph().parse(shared_data / "shapes" / "cpsv-ap-3.2.0-SHACL.ttl")


def graph_of(document):
    return Graph().parse(data=json.dumps(document), format="json-ld")


def faults_of(document, shapes):
    conforms, _, text = validate(graph_of(document), shacl_graph=shapes)
    return "" if conforms else text


def document_of(*, own=(), imported=()):
    ours = [(procedure, ()) for procedure in own]
    return as_cpsv(own=ours, imported=imported, on=DAY, origin=ORIGIN)


def nodes(document, type_):
    return [node for node in document["@graph"] if node["@type"] == type_]


def one_way(**changes):
    return replace(STATED, ways=(replace(STATED.ways[0], **changes),), steps="")


def test_own_procedures_are_valid(content, shapes):
    catalogue = queries.catalogue_as_cpsv(on=DAY)

    assert catalogue.own == 11
    assert faults_of(catalogue.document, shapes) == ""


def test_imported_procedures_are_valid_those_with_faults_too(shared_data, shapes):
    with gzip.open(shared_data / "tthc_catalogue.jsonl.gz") as lines:
        records = [read_record(json.loads(line)) for line in lines]
    sound = [procedure for procedure, _, faults in records if not faults]
    faulty = [procedure for procedure, _, faults in records if faults]
    some = random.Random(9)

    sample = some.sample(sound, 30) + some.sample(faulty, 30)

    assert faults_of(document_of(imported=sample), shapes) == ""


def test_what_is_not_known_leaves_the_document_valid(shapes):
    bare = replace(
        one_way(limit=None, limit_text="1", fee=None, fee_text="50 VNĐ"),
        levels=(),
        agencies=(),
        papers=(),
        legal_basis=(),
        results=(),
    )
    unlimited = replace(OWN, time_limits=(), papers=(), legal_basis=())

    document = document_of(own=[unlimited], imported=[bare])

    assert faults_of(document, shapes) == ""


@pytest.mark.parametrize(
    ("property_", "value"),
    [
        ("title", None),
        ("description", None),
        ("identifier", None),
        ("hasCompetentAuthority", None),
        ("processingTime", "3 ngày làm việc"),
        ("hasChannel", BIRTH),
    ],
)
def test_a_fault_put_in_is_caught_by_the_shapes(shapes, property_, value):
    document = document_of(own=[OWN])
    [service] = nodes(document, "PublicService")

    service[property_] = value

    assert "Conforms: False" in faults_of(document, shapes)


def test_an_imported_procedure_keeps_every_part():
    document = document_of(imported=[STATED])

    [service] = nodes(document, "PublicService")
    assert service["title"] == {"vi": STATED.title}
    assert len(service["hasInput"]) == len(STATED.papers)
    assert [node["identifier"] for node in nodes(document, "Output")] == [
        "KQ.G10.001382"
    ]
    assert [law.get("localNumber") for law in nodes(document, "LegalResource")] == [
        "18/2017/QH14",
        "26/2019/NĐ-CP",
        "01/2022/TT-BNNPTNT",
        "66.7/2025/NQ-CP",
        None,
    ]
    [rule] = nodes(document, "Rule")
    assert rule["description"] == {"vi": STATED.steps}


def test_who_names_no_agency_is_known_by_its_level_only():
    document = document_of(imported=[replace(STATED, agencies=())])

    agencies = nodes(document, "PublicOrganisation")
    assert [node["prefLabel"]["vi"] for node in agencies] == [
        "Cấp tỉnh (danh mục không nêu tên cơ quan)",
        "Cấp xã (danh mục không nêu tên cơ quan)",
    ]


def test_working_days_are_said_in_words_and_are_no_duration():
    document = document_of(own=[OWN])

    [service] = nodes(document, "PublicService")
    assert "processingTime" not in service
    assert service["description"]["vi"].endswith(
        "Thời hạn giải quyết: 1 ngày làm việc."
    )
    assert service["description"]["en"].endswith("Time limit: 1 working day.")


@pytest.mark.parametrize(
    ("unit", "amount", "duration"),
    [
        (LimitUnit.DAYS, 30, "P30D"),
        (LimitUnit.HOURS, 8, "PT8H"),
        (LimitUnit.WORKING_HOURS, 8, None),
    ],
)
def test_a_limit_in_calendar_time_is_a_duration(unit, amount, duration):
    limit = replace(OWN.time_limits[0], limit=Limit(amount, unit))

    [service] = nodes(
        document_of(own=[replace(OWN, time_limits=(limit,))]), "PublicService"
    )

    assert service.get("processingTime") == duration


@pytest.mark.parametrize(
    ("amount", "unit", "note", "duration"),
    [
        (30, StatedUnit.DAYS, "", "P30D"),
        (12, StatedUnit.MONTHS, "", "P12M"),
        (3, StatedUnit.WORKING_DAYS, "", None),
        (0.5, StatedUnit.DAYS, "", None),
        # `Giờ` is all the catalogue can write, also for working hours.
        (8, StatedUnit.HOURS, "", None),
        # The field says days, the words say working days.
        (7, StatedUnit.DAYS, "07 ngày làm việc, kể từ ngày nhận đủ hồ sơ", None),
        (7, StatedUnit.DAYS, "sau 17 ngày làm việc", "P7D"),
    ],
)
def test_a_stated_limit_is_a_duration_only_where_it_is_exact(
    amount, unit, note, duration
):
    document = document_of(
        imported=[one_way(limit=StatedLimit(amount, unit), note=note)]
    )

    [channel] = nodes(document, "Channel")
    [service] = nodes(document, "PublicService")
    assert channel.get("processingTime") == duration
    assert service.get("processingTime") == duration
    assert channel["description"]["vi"].startswith("Thời hạn giải quyết: ")


def test_ways_that_differ_give_the_service_no_duration():
    slow, fast = (
        replace(STATED.ways[0], limit=StatedLimit(days, StatedUnit.DAYS))
        for days in (30, 10)
    )

    document = document_of(imported=[replace(STATED, ways=(slow, fast))])

    [service] = nodes(document, "PublicService")
    assert "processingTime" not in service
    assert [node["processingTime"] for node in nodes(document, "Channel")] == [
        "P30D",
        "P10D",
    ]


def test_a_limit_or_fee_not_understood_is_quoted_and_never_a_value():
    document = document_of(
        imported=[one_way(limit=None, limit_text="1", fee=None, fee_text="50 VNĐ")]
    )

    [channel], [cost] = nodes(document, "Channel"), nodes(document, "Cost")
    assert "processingTime" not in channel
    assert "“1”" in channel["description"]["vi"]
    assert "hasValue" not in cost
    assert "currency" not in cost
    assert "“50 VNĐ”" in cost["description"]["vi"]


def test_where_nothing_is_said_of_a_fee_there_is_no_cost():
    document = document_of(imported=[one_way(fee=None, fee_text="")])

    assert nodes(document, "Cost") == []


def test_a_fee_has_value_currency_and_the_words_it_depends_on():
    document = document_of(
        imported=[
            one_way(fee=StatedFee(155, "USD"), fee_text="155 VNĐ", note="(Thẻ 2 năm)")
        ]
    )

    [cost] = nodes(document, "Cost")
    assert cost["hasValue"] == 155
    assert cost["currency"].endswith("/currency/USD")
    assert "(Thẻ 2 năm)" in cost["description"]["vi"]
    assert cost["ifAccessedThrough"] == nodes(document, "Channel")[0]["@id"]


def test_an_own_fee_is_told_for_its_channels_and_its_days():
    def fee(amount, **changes):
        return replace(
            Fee(amount, "copy", (Channel.COUNTER,), date(2025, 7, 1), None, "NQ 1"),
            **changes,
        )

    fees = (fee(7000), fee(9000, valid_from=date(2027, 1, 1)))
    document = document_of(own=[replace(OWN, fees=fees)])

    [cost] = nodes(document, "Cost")
    assert cost["hasValue"] == 7000
    assert cost["description"]["vi"] == "7.000 đồng/bản. Nguồn: NQ 1."
    assert cost["ifAccessedThrough"] == f"{BIRTH}#kenh-counter"


def test_names_that_differ_in_a_mark_only_stay_apart():
    document = document_of(imported=[replace(STATED, agencies=("Bộ A", "Bố A"))])

    assert len(nodes(document, "PublicOrganisation")) == 2


def test_turtle_says_what_the_json_says(monkeypatch):
    document = document_of(own=[OWN], imported=[STATED])
    monkeypatch.setattr("tinhso.procedures.catalogue.turtle.BATCH", 7)

    parts = list(as_turtle(document))

    assert len(parts) > 2
    turtle = Graph().parse(data="".join(parts), format="turtle")
    assert set(turtle) == set(graph_of(document))


def test_a_day_without_a_time_limit_is_told_without_one():
    early = replace(OWN.time_limits[0], valid_from=date(2030, 1, 1))
    bare = replace(OWN, time_limits=(early,), summary=Label("Khai sinh.", "Birth."))

    [service] = nodes(document_of(own=[bare]), "PublicService")
    assert service["description"] == {"vi": "Khai sinh.", "en": "Birth."}
