"""The national catalogue is read whole; what is not understood is listed."""

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tinhso.cli.procedures import group
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.audit.models import JournalEntry
from tinhso.procedures import actions
from tinhso.procedures.catalogue.national import read_record
from tinhso.procedures.catalogue.ways import read_ways
from tinhso.procedures.models import NationalVersion
from tinhso.procedures.types import Channel, NotUnderstoodReason, StatedFee, StatedLimit

WHOLE = Path("../shared/data/tthc_catalogue.jsonl.gz")
needs_the_file = pytest.mark.skipif(
    not WHOLE.exists(), reason=f"the national catalogue is not at {WHOLE}"
)

RECORD = {
    "ma_thu_tuc": "1.014801",
    "ten_thu_tuc": "Cấp Giấy xác nhận nuôi trồng thủy sản lồng bè",
    "so_quyet_dinh": "339/QĐ-BNNMT",
    "cap_thuc_hien": "Cấp tỉnh, Cấp xã",
    "linh_vuc": "Thủy sản",
    "doi_tuong_thuc_hien": "Công dân Việt Nam,"
    " Tổ chức (không bao gồm doanh nghiệp, HTX)",
    "trinh_tu_thuc_hien": "Bước 1: nộp hồ sơ.",
    "cach_thuc_thuc_hien": "Hình thức nộpThời gianPhí, lệ phíMô tả"
    "Trực tuyến3 Ngày làm việc7,000 Việt Nam Đồng(một lần)Qua cổng"
    "Trực tiếp3 Ngày làm việcMiễn phí",
    "thanh_phan_ho_so": "--Tên giấy tờMẫu đơn, tờ khaiSố lượng"
    "Đơn đề nghị theo mẫu.Mau 25.NT.docx1 bản chínhBản vẽ,0 bản chính,2 bản sao"
    "* Khi cấp lạiTên giấy tờMẫu đơn, tờ khaiSố lượng01 bản chính giấy cũ1 bản chính",
    "can_cu_phap_ly": "Tên văn bản pháp lýMã văn bảnLuật Thủy sản18/2017/QH14"
    "Nghị định 26/2019/NĐ-CP26/2019/NĐ-CPThông tư mới01/2022/TT-BNNPTNT"
    "Nghị quyết về cắt giảm66.7/2025/NQ-CPLuật Đất đai",
    "co_quan_thuc_hien": "Ủy ban nhân dân cấp xã",
    "co_quan_co_tham_quyen": "",
    "yeu_cau_dieu_kien": "Không",
    "ket_qua_xu_ly": "Giấy xác nhậnMã: KQ.G10.001382Từ khóaKhông có thông tinMô tả",
}


def one_way(text, context=""):
    [read] = read_ways(text, context=context)
    return read


@pytest.fixture
def file(tmp_path):
    def write(*records, name="catalogue.jsonl"):
        path = tmp_path / name
        lines = [
            one if isinstance(one, str) else json.dumps(one, ensure_ascii=False)
            for one in records
        ]
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return path

    return write


@pytest.fixture
def take(db, now):
    def run(path):
        return actions.import_catalogue(file=path, actor=SYSTEM, at=now)

    return run


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("Trực tuyến3 Ngày làm việcMiễn phí", 3, "working_days"),
        ("Trực tiếp1.5 Ngày làm việcMiễn phí", 1.5, "working_days"),
        ("Dịch vụ bưu chính30 NgàyKhông có thông tin", 30, "days"),
        ("Trực tiếp8 GiờMiễn phí", 8, "hours"),
        ("Trực tiếp12 Tháng2,500,000 VNĐ(đồng/lần)", 12, "months"),
    ],
)
def test_a_time_limit_is_read_with_its_unit(text, amount, unit):
    assert one_way(text).way.limit == StatedLimit(amount, unit)


@pytest.mark.parametrize(
    ("text", "fee"),
    [
        ("Trực tuyến3 NgàyMiễn phí(không thu)", StatedFee(0, "VND")),
        ("Trực tuyến3 Ngày7,000 Việt Nam Đồng(một lần)", StatedFee(7000, "VND")),
        ("Trực tiếp5 Ngày10 USD(10 USD/giấy)", StatedFee(10, "USD")),
        # The text in brackets shows what the number lost, or its currency.
        ("Trực tiếp15 Ngày20 VNĐ(20.000 vnđ /tờ khai)", StatedFee(20_000, "VND")),
        ("Trực tiếp5 Ngày155 VNĐ(Thẻ 2 năm: 155 USD/thẻ.)", StatedFee(155, "USD")),
        # Time limit and fee run together: only one way to part them makes sense.
        ("Trực tiếp140,000 VNĐ(- Xe trên 10 chỗ)", StatedFee(40_000, "VND")),
        ("Trực tiếp120 VNĐ(20.000Đ/tờ khai)", StatedFee(20_000, "VND")),
    ],
)
def test_a_fee_is_read_and_its_words_confirm_it(text, fee):
    assert one_way(text).way.fee == fee


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("Trực tuyến1Miễn phí", ["number_without_unit"]),
        ("Trực tuyến0Không có thông tin", ["number_without_unit"]),
        ("Trực tiếp5 Ngày50 VNĐ(hồ sơ)", ["fee_too_small"]),
        ("Trực tiếp1200 VNĐ", ["numbers_run_together", "numbers_run_together"]),
        ("Trực tiếp3 Ngàytheo quy định của tỉnh", ["fee_in_words"]),
    ],
)
def test_what_is_not_understood_is_told_and_not_guessed(text, reasons):
    read = one_way(text)

    assert [reason for _, reason, _ in read.faults] == reasons
    assert read.way.fee is None or read.way.fee.amount == 0
    if "number_without_unit" in reasons:
        assert read.way.limit is None
        assert not read.states_limit


def test_a_number_takes_its_unit_from_the_procedures_own_words_if_they_agree():
    text = "Trực tuyến5Miễn phí"

    assert one_way(text, "Trong 05 ngày làm việc, …").way.limit == StatedLimit(
        5, "working_days"
    )
    assert one_way(text, "5 ngày làm việc, hoặc 5 ngày nếu …").way.limit is None


def test_a_record_is_read_with_all_its_parts():
    procedure, _, faults = read_record(RECORD)

    assert faults == []
    assert procedure.levels == ("province", "commune")
    assert procedure.audience == (
        "Công dân Việt Nam",
        "Tổ chức (không bao gồm doanh nghiệp, HTX)",
    )
    assert [way.channel for way in procedure.ways] == [Channel.ONLINE, Channel.COUNTER]
    assert procedure.ways[0].note == "(một lần)Qua cổng"
    assert [
        (paper.case, paper.title, paper.originals, paper.copies, paper.template_file)
        for paper in procedure.papers
    ] == [
        ("", "Đơn đề nghị theo mẫu.", 1, 0, "Mau 25.NT.docx"),
        ("", "Bản vẽ", 0, 2, ""),
        ("Khi cấp lại", "01 bản chính giấy cũ", 1, 0, ""),
    ]
    assert [(law.number, law.title) for law in procedure.legal_basis] == [
        ("18/2017/QH14", "Luật Thủy sản"),
        ("26/2019/NĐ-CP", "Nghị định 26/2019/NĐ-CP"),
        ("01/2022/TT-BNNPTNT", "Thông tư mới"),
        ("66.7/2025/NQ-CP", "Nghị quyết về cắt giảm"),
        ("", "Luật Đất đai"),
    ]
    assert [(r.code, r.title) for r in procedure.results] == [
        ("KQ.G10.001382", "Giấy xác nhận")
    ]
    assert procedure.conditions == ""


def test_importing_twice_changes_nothing_and_a_change_is_a_new_version(take, file):
    first = take(file(RECORD))
    again = take(file(RECORD))
    changed = take(file({**RECORD, "ten_thu_tuc": "Tên mới"}))

    assert (first.imported, again.imported, again.unchanged) == (1, 0, 1)
    assert changed.imported == 1
    rows = NationalVersion.objects.order_by("number")
    assert [(row.number, row.is_newest) for row in rows] == [(1, False), (2, True)]
    assert JournalEntry.objects.filter(deed="procedures.import_catalogue").count() == 3


def test_a_code_that_comes_twice_with_other_words_is_listed(take, file):
    report = take(file(RECORD, {**RECORD, "ten_thu_tuc": "Khác"}))

    [fault] = report.not_understood
    assert (fault.line, fault.reason) == (2, NotUnderstoodReason.CODE_TWICE)
    assert NationalVersion.objects.get().body["title"] == RECORD["ten_thu_tuc"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"ma_thu_tuc": "1.0148', "not_json"),
        ("[1, 2]", "not_json"),
        ({**RECORD, "ma_thu_tuc": "0.1"}, "no_code"),
        ({**RECORD, "ten_thu_tuc": " "}, "no_title"),
        ({**RECORD, "cap_thuc_hien": "Cấp huyện"}, "unknown_level"),
        ({**RECORD, "cach_thuc_thuc_hien": ""}, "no_ways"),
    ],
)
def test_a_broken_line_is_listed_and_the_others_come_in(take, file, line, reason):
    report = take(file(line, {**RECORD, "ma_thu_tuc": "2.000815"}))

    assert [(one.line, one.reason) for one in report.not_understood] == [(1, reason)]
    assert NationalVersion.objects.filter(code="2.000815").exists()


def test_a_packed_file_that_was_cut_off_gives_what_it_holds(take, tmp_path):
    many = [{**RECORD, "ma_thu_tuc": f"1.{number:06d}"} for number in range(2000)]
    text = "\n".join(json.dumps(one, ensure_ascii=False) for one in many)
    path = tmp_path / "cut.jsonl.gz"
    path.write_bytes(gzip.compress(text.encode())[:-2000])

    report = take(path)

    assert 0 < report.imported < 2000
    assert report.not_understood[-1].reason == "not_json"


@needs_the_file
@pytest.mark.django_db
def test_the_whole_national_catalogue_comes_in():
    told = CliRunner().invoke(group, ["import", str(WHOLE), "--json"])

    report = json.loads(told.stdout)
    assert told.exit_code == 0
    assert report["read"] == report["imported"] == 2128
    assert report["time_limits_parsed"] / report["time_limits_stated"] >= 0.95
    assert report["fees_parsed"] / report["fees_stated"] >= 0.95
    listed = [fault["reason"] for fault in report["not_understood"]]
    assert listed.count("number_without_unit") == report["numbers_without_unit"]
