"""Why the digital-economy account refuses a table, a workbook or a sum."""

from collections.abc import Sequence
from dataclasses import dataclass

from tinhso.kernel.errors import N_, Conflict, Invalid, NotFound, Phrase


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong with a cell of a workbook. told: what stands in it."""

    sheet: str
    cell: str
    told: str
    message: Phrase


class MethodsDiffer(Conflict):
    """Values of two methods would be one; they do not measure the same."""

    message = N_(
        "Không cộng hay nối số của hai cách tính khác nhau: “{one}” và “{other}”."
    )


class AccountUnknown(NotFound):
    """No pack declares a digital-economy account."""

    message = N_("Chưa có gói nội dung nào khai báo tài khoản kinh tế số.")


class TableRefused(Invalid):
    """An input-output table cannot be one."""


class CellNegative(TableRefused):
    """A cell is below zero."""

    message = N_("Ô dòng {row}, cột {column} là số âm.")


class ColumnAboveOne(TableRefused):
    """An industry uses more inputs than it puts out."""

    message = N_("Ngành {code}: đầu vào cộng lại bằng {total} lần giá trị sản xuất.")


class IndustryMissing(TableRefused):
    """An industry is in one table and not in the other."""

    message = N_("Thiếu ngành {code}.")


class IndustryUnknown(TableRefused):
    """A code is no division of VSIC 2018."""

    message = N_(
        "“{code}” không phải mã ngành cấp 2 của hệ thống ngành kinh tế năm 2018."
    )


class IndustryTwice(TableRefused):
    """An industry stands twice."""

    message = N_("Ngành {code} có hai lần.")


class TableNotSquare(TableRefused):
    """Rows and columns of a table are not as many."""

    message = N_("Bảng phải có số dòng bằng số cột, mỗi ngành một dòng và một cột.")


class TableSingular(TableRefused):
    """The Leontief inverse does not exist."""

    message = N_("Bảng cân đối liên ngành không nghịch đảo được.")


class ValueAddedMissing(TableRefused):
    """An industry has no value added, or none above zero where one is needed."""

    message = N_("Ngành {code} chưa có giá trị tăng thêm.")


class OutputMissing(TableRefused):
    """An industry has no output to divide by."""

    message = N_("Ngành {code} chưa có giá trị sản xuất.")


class ShareAboveOne(TableRefused):
    """More than all of an industry would be digital."""

    message = N_("Ngành {code}: phần số hóa tính ra {share}, lớn hơn 1.")


class GrdpWrong(Invalid):
    """GRDP is no number above zero, or smaller than the digital part of it."""

    message = N_("Tổng sản phẩm phải lớn hơn 0 và không nhỏ hơn phần của kinh tế số.")


class SpreadWrong(Invalid):
    """How uncertain coefficients are is no number from 0 to 1, or members too few."""

    message = N_("Độ bất định phải từ 0 đến 1, số lần thử từ 100 đến {most}.")


class DeltaWrong(Invalid):
    """Flegg's delta is outside 0 to 1."""

    message = N_("Hệ số δ phải từ 0 đến dưới 1.")


class RegionAboveNation(Invalid):
    """A province would put out more than the nation."""

    message = N_("Ngành {code}: số của tỉnh lớn hơn số của cả nước.")


class TooFewYears(Invalid):
    """Fewer years are known than quarters can be made of."""

    message = N_("Cần ít nhất {least} năm liền nhau để ước tính theo quý.")


class IndicatorConstant(Invalid):
    """The quarterly indicator never moves."""

    message = N_("Chỉ báo theo quý không thay đổi nên không dùng để phân bổ được.")


class QuartersWrong(Invalid):
    """The quarters do not cover the years, or have gaps."""

    message = N_("Chỉ báo phải có đủ bốn quý của mỗi năm, không có quý trống.")


class WorkbookUnreadable(Invalid):
    """The file is no workbook, or too large."""

    message = N_("Không đọc được tệp. Hãy dùng tệp mẫu Excel (.xlsx) đã tải về.")


class WorkbookWrong(Invalid):
    """Cells of a workbook are wrong; `faults` names them. Nothing was written."""

    message = N_("Tệp có ô chưa đúng nên chưa ghi gì.")

    def __init__(self, faults: Sequence[CellFault]) -> None:
        super().__init__({f"{one.sheet}!{one.cell}": [one.message] for one in faults})
        self.faults = tuple(faults)


class PlaceUnknown(Invalid):
    """The account knows no such place."""

    message = N_("Tài khoản kinh tế số không có địa phương này.")


class SourceMissing(Invalid):
    """An upload does not say where its numbers come from."""

    message = N_("Hãy ghi nguồn của số liệu: văn bản hoặc ấn phẩm, cơ quan, ngày.")


class InputAlreadyTaken(Conflict):
    """The newest version of this input says the same already."""

    message = N_("Số liệu này đã được nhập, không có gì khác.")


class InputMissing(Conflict):
    """An estimate needs an input that nobody has uploaded."""

    message = N_("Chưa nhập {kind} của {place}, {period}.")
