"""The parts of forms and procedures as the builder asks for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.errors import N_, Phrase
from tinhso.kernel.text import clean, fold
from tinhso.web.ui import builder_asks as asks
from tinhso.web.ui.builder_asks import About, Ask, Option, Value, Words, WrongError
from tinhso.web.ui.builder_rules import day_bound, other_checks, rule

KINDS: dict[str, Words] = {
    "text": _("Chữ, một dòng"),
    "long_text": _("Chữ, nhiều dòng"),
    "name": _("Họ tên"),
    "date": _("Ngày"),
    "choice": _("Chọn một trong nhiều câu trả lời"),
    "yes_no": _("Có hoặc Không"),
    "number": _("Số nguyên"),
    "personal_number": _("Số định danh cá nhân"),
    "phone": _("Số điện thoại"),
    "email": _("Thư điện tử"),
    "files": _("Tệp đính kèm"),
    "computed": _("Giá trị tính ra, không hỏi"),
}
PREFILLS: dict[str, Words] = {
    "person.full_name": _("Họ tên của người nộp"),
    "person.personal_number": _("Số định danh của người nộp"),
    "person.birth_date": _("Ngày sinh của người nộp"),
    "person.gender": _("Giới tính của người nộp"),
    "person.ethnicity": _("Dân tộc của người nộp"),
    "person.nationality": _("Quốc tịch của người nộp"),
    "person.phone": _("Điện thoại của người nộp"),
    "person.email": _("Thư điện tử của người nộp"),
    "person.residence": _("Nơi cư trú của người nộp"),
}
TYPES: dict[str, Words] = {
    "application/pdf": "PDF",
    "image/jpeg": "JPG",
    "image/png": "PNG",
}
LEVELS: dict[str, Words] = {"commune": _("Cấp xã"), "province": _("Cấp tỉnh")}
AUDIENCE: dict[str, Words] = {
    "citizen": _("Công dân"),
    "business": _("Doanh nghiệp"),
    "organization": _("Tổ chức"),
}
CHANNELS: dict[str, Words] = {
    "online": _("Trực tuyến"),
    "counter": _("Tại quầy"),
    "post": _("Qua bưu chính"),
}
UNITS: dict[str, Words] = {
    "working_days": _("ngày làm việc"),
    "working_hours": _("giờ làm việc"),
    "days": _("ngày"),
    "hours": _("giờ"),
    "months": _("tháng"),
    "same_day": _("giờ: trong ngày nếu nhận đến giờ này"),
}
FEE_UNITS: dict[str, Words] = {
    "dossier": _("hồ sơ"),
    "copy": _("bản"),
    "page": _("trang"),
    "person": _("người"),
}
PAPERS: dict[str, Words] = {
    "original": _("Bản chính"),
    "certified_copy": _("Bản sao chứng thực"),
    "photocopy": _("Bản chụp"),
    "electronic": _("Bản điện tử"),
    "shown": _("Xuất trình để đối chiếu"),
}
POLICIES: dict[str, Words] = {
    "restart": _("Tính lại từ đầu khi người dân bổ sung"),
    "extend": _("Cộng thêm thời gian chờ bổ sung"),
}
BY_KIND = _("Chi tiết theo loại câu trả lời")
RARE = _("Ít dùng")
SOURCE = _("Nguồn pháp lý")
FROM, TO = _("Áp dụng từ ngày"), _("Hết áp dụng từ ngày")
SURE = _("Chưa xác minh được; trang của thủ tục nói rõ như vậy")


def listed(names: Mapping[str, Words]) -> Any:
    """Offer names to choose from."""
    options = [{"value": key, "label": name} for key, name in names.items()]
    return lambda about: [{**o, "label": str(o["label"])} for o in options]


def choices(name: str, label: Words) -> Ask:
    """Ask for the answers to choose from, one a line: `Cấp mới | First one | new`."""

    def show(value: Value, about: About) -> str:
        rows = value.get(name, ())
        return "\n".join(
            f"{r['label']['vi']} | {r['label']['en']} | {r['value']}" for r in rows
        )

    def take(value: Value, typed: str, about: About) -> None:
        known = {row["label"]["vi"]: row["value"] for row in value.get(name, ())}
        rows: list[Value] = []
        for line in filter(None, map(clean, typed.splitlines())):
            rows.append(_choice(line, known, {row["value"] for row in rows}))
        value[name] = rows
        if not rows:
            del value[name]

    hint = _(
        "Mỗi dòng một câu trả lời. Có thể thêm tiếng Anh sau dấu gạch đứng:"
        " Cấp mới | First one"
    )
    return Ask(name, label, show, take, "textarea", hint, True, group=BY_KIND)


def _choice(line: str, known: Mapping[str, str], taken: set[str]) -> Value:
    parts = [clean(part) for part in line.split("|")]
    vi, en, value = (*parts, "", "")[:3]
    if not vi:
        raise WrongError(Phrase(N_("Mỗi câu trả lời cần có chữ tiếng Việt.")))
    value = value or known.get(vi) or key_of(vi)
    if value in taken:
        message = N_("Hai câu trả lời có cùng mã “{value}”.")
        raise WrongError(Phrase(message, value=value))
    return {"value": value, "label": {"vi": vi, "en": en or vi}}


def key_of(words: str) -> str:
    """Make a technical name of words: `Cấp mới` is `cap_moi`."""
    plain = "".join(c if c.isascii() and c.isalnum() else "_" for c in fold(words))
    key = "_".join(filter(None, plain.split("_")))[:40].strip("_") or "muc"
    return key if key[0].isalpha() else f"m_{key}"


def file_types(name: str, label: Words) -> Ask:
    """Ask which files are taken; a question for files takes all if none are said."""
    hint = _("Không chọn là nhận cả ba loại.")
    plain = asks.many_of(
        name, label, listed(TYPES), optional=True, hint=hint, group=BY_KIND
    )

    def take(value: Value, typed: list[str], about: About) -> None:
        plain.take(value, typed, about)
        if value.get("kind") == "files":
            value.setdefault(name, list(TYPES))

    return replace(plain, take=take)


def new_key() -> Ask:
    """Ask for the technical name of something new; else it is made of the label."""

    def take(value: Value, typed: str, about: About) -> None:
        label = value.get("label") or value.get("title") or {"vi": ""}
        taken = {option["value"] for option in about.lists.get("keys", ())}
        written = clean(typed)
        if written and key_of(written) != written:
            message = N_("Chỉ dùng chữ thường không dấu, chữ số và dấu gạch dưới.")
            raise WrongError(Phrase(message))
        value["key"] = written or _free(key_of(label["vi"]), taken)

    hint = _("Để trống thì hệ thống tự đặt theo tiếng Việt.")
    show = lambda value, about: ""  # noqa: E731 - there is nothing to show yet
    name = _("Tên kỹ thuật")
    return Ask("key", name, show, take, "text", hint, True, group=RARE)


def _free(key: str, taken: set[str]) -> str:
    numbered = (f"{key}_{n}" for n in range(2, len(taken) + 3))
    return key if key not in taken else next(k for k in numbered if k not in taken)


SECTION = (*asks.both("title", _("Tên phần")),)
PAGE = (
    *asks.both(
        "title",
        _("Câu hỏi đầu trang"),
        hint=_("Ví dụ: Bạn cần cấp mới hay cấp lại?"),
    ),
    *asks.both("intro", _("Lời dẫn"), optional=True),
    *rule(
        "when",
        _("Khi nào hỏi trang này"),
        _("Luôn hỏi"),
        rule_label=_("Quy tắc hiện trang"),
    ),
    asks.number(
        "repeats",
        _("Khai được nhiều lần, tối đa"),
        least=1,
        optional=True,
        group=RARE,
        hint=_("Để trống nếu chỉ khai một lần."),
    ),
)
FIELD_OF_ANY_KIND = (
    *asks.both("label", _("Câu hỏi hoặc tên ô")),
    asks.one_of("kind", _("Loại câu trả lời"), listed(KINDS)),
    *asks.both("hint", _("Gợi ý"), optional=True),
    *rule(
        "required",
        _("Bắt buộc trả lời"),
        _("Bắt buộc"),
        constants={"no": _("Không bắt buộc")},
        rule_label=_("Quy tắc bắt buộc"),
    ),
    *rule(
        "when",
        _("Khi nào hỏi câu này"),
        _("Luôn hỏi"),
        rule_label=_("Quy tắc hiện câu hỏi"),
    ),
    choices("choices", _("Các câu trả lời để chọn")),
    asks.number(
        "max_length", _("Số ký tự tối đa"), least=1, optional=True, group=BY_KIND
    ),
    asks.number("minimum", _("Số nhỏ nhất"), optional=True, group=BY_KIND),
    asks.number(
        "maximum",
        _("Số lớn nhất, hoặc số tệp tối đa"),
        optional=True,
        group=BY_KIND,
        hint=_("Với câu hỏi Số nguyên là số lớn nhất; với Tệp đính kèm là số tệp."),
    ),
    file_types("accepts", _("Loại tệp được nhận")),
    asks.megabytes(
        "max_bytes",
        _("Cỡ mỗi tệp tối đa (MB)"),
        group=BY_KIND,
        hint=_("Để trống là 10 MB."),
    ),
    asks.one_of(
        "prefill",
        _("Điền sẵn từ tài khoản"),
        listed(PREFILLS),
        optional=True,
        group=RARE,
    ),
    asks.lines(
        "accepts_results",
        _("Mã kết quả dùng thay tệp"),
        hint=_("Mỗi dòng một mã. Người có kết quả này được mời dùng lại."),
        group=RARE,
    ),
    asks.text(
        "paper",
        _("Loại giấy tờ"),
        optional=True,
        hint=_("Tệp đã nộp cho cùng loại giấy tờ được mời dùng lại."),
        group=RARE,
    ),
    asks.as_json("from_results", _("Lấy từ kết quả đã cấp (JSON)"), dict, group=RARE),
    other_checks("checks", _("Kiểm tra thêm (JSON)"), group=RARE),
    asks.as_json("computed", _("Cách tính giá trị (JSON Logic)"), dict, group=RARE),
)
# Inputs that belong to some kinds of answer; the page hides them for the others.
FITS: dict[str, tuple[str, ...]] = {
    "choices": ("choice",),
    "max_length": ("text", "long_text"),
    "minimum": ("number",),
    "maximum": ("number", "files"),
    "accepts": ("files",),
    "max_bytes": ("files",),
    "accepts_results": ("files",),
    "paper": ("files",),
    "computed": ("computed",),
    "day_bound": ("date",),
}


def fitting(ask: Ask) -> Ask:
    """Tell an input to which kinds of answer it belongs."""
    return replace(ask, fits=FITS.get(ask.name, ()))


FIELD = tuple(fitting(ask) for ask in FIELD_OF_ANY_KIND)
# Asked after the technical name, which the rule of the bound reads.
DAY_BOUND = fitting(day_bound("checks", _("Ngày được nhận"), group=BY_KIND))
FORM = (
    *asks.both("title", _("Tên mẫu")),
    asks.text("source", SOURCE, hint=_("Ví dụ: Mẫu 01 kèm Thông tư số …")),
)
FACTS = (
    *asks.both("title", _("Tên thủ tục"), kind="textarea"),
    *asks.both(
        "summary",
        _("Thủ tục này để làm gì"),
        hint=_("Một hai câu ngắn, như nói với người dân."),
        kind="textarea",
    ),
    *asks.both(
        "notice", _("Cần biết trước khi bắt đầu"), optional=True, kind="textarea"
    ),
    asks.text("field", _("Lĩnh vực")),
    asks.one_of("level", _("Cấp giải quyết"), listed(LEVELS)),
    asks.many_of("audience", _("Ai được nộp"), listed(AUDIENCE)),
    asks.many_of("channels", _("Cách nộp"), listed(CHANNELS)),
    asks.lines(
        "search_words",
        _("Từ người dân hay dùng để tìm"),
        hint=_("Mỗi dòng một từ hoặc cụm từ."),
    ),
    asks.text("source", SOURCE, hint=_("Quyết định công bố thủ tục.")),
    asks.day("valid_from", FROM),
    asks.day("valid_to", TO, optional=True),
    asks.as_json("cases", _("Các trường hợp (JSON)"), list, group=RARE),
    asks.text("agency", _("Mã cơ quan luôn giải quyết"), optional=True, group=RARE),
)
LIMIT = (
    asks.number("amount", _("Thời hạn"), least=1),
    asks.one_of("unit", _("Tính bằng"), listed(UNITS)),
    asks.text("source", SOURCE),
    asks.day("valid_from", FROM),
    asks.day("valid_to", TO, optional=True),
    asks.flag("uncertain", _("Độ chắc chắn"), SURE),
    asks.many_of(
        "cases",
        _("Chỉ cho các trường hợp"),
        lambda about: about.lists["cases"],
        optional=True,
    ),
)
FEE = (
    asks.number("amount", _("Mức phí (đồng)"), hint=_("0 là không thu.")),
    asks.one_of("unit", _("Cho mỗi"), listed(FEE_UNITS)),
    asks.text("source", SOURCE),
    asks.day("valid_from", FROM),
    asks.day("valid_to", TO, optional=True),
    asks.many_of(
        "channels",
        _("Chỉ khi nộp"),
        listed(CHANNELS),
        optional=True,
        hint=_("Không chọn là mọi cách nộp."),
    ),
    asks.flag("uncertain", _("Độ chắc chắn"), SURE),
    *rule(
        "when",
        _("Khi nào thu"),
        _("Luôn thu"),
        rule_label=_("Quy tắc thu"),
    ),
    *asks.both(
        "title",
        _("Thu của ai, bằng lời"),
        optional=True,
        hint=_("Bắt buộc nếu không phải ai cũng nộp."),
    ),
    asks.as_json("quantity", _("Số lượng (JSON Logic)"), dict, group=RARE),
    asks.as_json("times", _("Số lần (JSON Logic)"), dict, group=RARE),
    asks.as_json("beyond", _("Mức cho số lượng lớn (JSON)"), list, group=RARE),
    asks.number("ceiling", _("Tối đa (đồng)"), least=1, optional=True, group=RARE),
)
PAPER = (
    *asks.both("title", _("Tên giấy tờ"), kind="textarea"),
    asks.one_of("form", _("Dạng"), listed(PAPERS)),
    asks.number("copies", _("Số bản")),
    asks.one_of(
        "field",
        _("Câu hỏi nhận tệp này"),
        lambda about: about.lists["files"],
        optional=True,
        hint=_("Câu hỏi loại “Tệp đính kèm” trong mẫu."),
    ),
    *asks.both("note", _("Ghi chú"), optional=True),
    *rule(
        "when",
        _("Khi nào cần"),
        _("Luôn cần"),
        rule_label=_("Quy tắc cần giấy tờ"),
    ),
)
LAW = (
    asks.text("number", _("Số, ký hiệu"), hint=_("Ví dụ: 41/2026/NĐ-CP")),
    asks.text("title", _("Trích yếu")),
    asks.day("issued_on", _("Ngày ban hành"), optional=True),
)


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of a procedure: its name in the content, its words, what each row asks."""

    name: str
    title: Words
    one: Words
    asks: Sequence[Ask]
    named: bool = False
    may_be_empty: bool = False
    empty: Words = ""
    begins_with: Mapping[str, Any] = field(default_factory=dict)


ROWS = {
    "thoi-han": Rows("time_limits", _("Thời hạn"), _("Thêm thời hạn"), LIMIT),
    "phi": Rows(
        "fees",
        _("Phí, lệ phí"),
        _("Thêm mức phí"),
        FEE,
        may_be_empty=True,
        empty=_("Thủ tục này không thu phí"),
    ),
    "giay-to": Rows(
        "papers",
        _("Giấy tờ phải nộp"),
        _("Thêm giấy tờ"),
        PAPER,
        named=True,
        may_be_empty=True,
        empty=_("Không phải nộp giấy tờ nào"),
        begins_with={"copies": 1},
    ),
    "can-cu": Rows(
        "legal_basis",
        _("Căn cứ pháp lý"),
        _("Thêm căn cứ"),
        LAW,
        may_be_empty=True,
        empty=_("Chưa có căn cứ nào"),
    ),
}


def options_of(pairs: Sequence[tuple[str, str]]) -> list[Option]:
    """Write pairs of value and label as options."""
    return [{"value": value, "label": label} for value, label in pairs]
