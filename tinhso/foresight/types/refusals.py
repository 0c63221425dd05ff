"""Why a model is not taken, or not run."""

from tinhso.foresight.types.expressions import ModelRefused
from tinhso.kernel.errors import N_, Invalid, NotFound, Unavailable


class NameUnknown(ModelRefused):
    """An equation names what the model does not have."""

    message = N_("{place}: mô hình không có “{name}”.")


class NameTwice(ModelRefused):
    """Two things of a model have one name."""

    message = N_("{place}: tên “{name}” đã dùng cho mục khác.")


class FunctionUnknown(ModelRefused):
    """An equation calls a function that there is not."""

    message = N_("{place}: không có hàm “{name}”.")


class CallWrong(ModelRefused):
    """A function is given too few arguments, too many, or ones it cannot take."""

    message = N_("{place}: hàm {name} nhận {takes}.")


class SubscriptWrong(ModelRefused):
    """A subscript does not fit the dimensions of what it stands at."""

    message = N_("{place}: chỉ số của “{name}” không khớp: {found}.")


class SubscriptMissing(SubscriptWrong):
    """An array stands as one value where nothing says which of its elements."""

    message = N_(
        "{place}: “{name}” chia theo {found}; khai báo by: [{found}] ở đây, chọn một"
        " phần tử, hoặc cộng mọi phần tử."
    )


class AlgebraCircular(ModelRefused):
    """Values of one moment depend on each other in a circle."""

    message = N_("{place}: các giá trị phụ thuộc vòng tròn vào nhau: {cycle}.")


class UnitsDiffer(ModelRefused):
    """What is added, compared or assigned has different units."""

    message = N_("{place}: đơn vị không khớp: {left} và {right}.")


class UnitUnreadable(ModelRefused):
    """A unit is no product of words and powers."""

    message = N_("{place}: không đọc được đơn vị “{unit}”.")


class TableWrong(ModelRefused):
    """A look-up has too few points, or its x do not grow."""

    message = N_("{place}: bảng tra cần ít nhất hai điểm, giá trị x tăng dần.")


class LookupOutside(ModelRefused):
    """A look-up is asked outside its points, and was not told what to say there."""

    message = N_(
        "{place}: khi thời gian là {time}, bảng tra không có giá trị tại {value}."
    )


class DividedByZero(ModelRefused):
    """A run divides by zero."""

    message = N_("{place}: chia cho 0 khi thời gian là {time}.")


class NotANumber(ModelRefused):
    """A run comes to no finite number."""

    message = N_("{place}: không tính ra số khi thời gian là {time}.")


class PriorWrong(ModelRefused):
    """A distribution cannot be: a spread below zero, bounds the wrong way round."""

    message = N_("{place}: phân phối {distribution} không nhận {terms}.")


class TimesWrong(ModelRefused):
    """A model cannot step from its start to its end."""

    message = N_("{place}: bước thời gian không chia từ {start} đến {stop} được.")


class ModelTooLarge(ModelRefused):
    """A model has more values than are computed."""

    message = N_("{place}: mô hình quá lớn, tối đa {most} giá trị.")


class ModelUnreadable(ModelRefused):
    """A file is no model: not YAML or XML, or not with the fields of one."""

    message = N_("{place}: không đọc được mô hình: {found}")


class OutsideSubset(ModelRefused):
    """An XMILE file uses what is not taken over."""

    message = N_("{place}: {found} nằm ngoài phần XMILE được nhận.")


class XmlUnsafe(ModelRefused):
    """An XML file declares a document type or entities; no model needs them."""

    message = N_(
        "{place}: tệp XML khai báo kiểu tài liệu hoặc thực thể nên không được nhận."
    )


class MeasureMissing(ModelRefused):
    """An input's measure has no value, and no other value was allowed instead."""

    message = N_("{place}: chỉ tiêu {measure} chưa có giá trị của kỳ {period}.")


class LeverUnknown(Invalid):
    """A run sets a lever that the model does not have."""

    message = N_("Mô hình không có đòn bẩy “{lever}”.")


class LeverOutside(ModelRefused):
    """A run sets a lever outside its bounds, or to no level of it."""

    message = N_("{place}: đòn bẩy {lever} nhận từ {low} đến {high}, không phải {set}.")


class RunWrong(Invalid):
    """A run asks for no members, too many, or a part that is not there."""

    message = N_("Số lần chạy phải từ 1 đến {most}.")


class ModelUnknown(NotFound):
    """There is no such model."""

    message = N_("Không có mô hình “{key}”.")


class ModelFileMissing(NotFound):
    """There is no file of a model where one was named."""

    message = N_("Không có tệp “{path}”.")


class CasesMissing(NotFound):
    """A folder holds no cases of the test suite."""

    message = N_("Không có ca kiểm thử nào trong “{folder}”.")


class ClusterAway(Unavailable):
    """The cluster that was to run a model does not answer."""

    message = N_("Cụm máy tính tại {address} không trả lời hoặc không còn máy nào.")


class EngineMissing(Invalid):
    """An engine was asked for that is not installed."""

    message = N_("Bộ tính “{engine}” chưa được cài đặt.")
