"""Refusals: what a room says when it will not do a thing, and why.

A refusal is not a fault. It is raised by name, caught once at the door, and shown
to the person in their language. `message` is the Vietnamese source text, marked
with `N_` so that the translators find it.
"""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import ClassVar


def N_(message: str) -> str:  # noqa: N802 - the customary name of gettext's marker
    """Mark a text for translation without translating it yet."""
    return message


class Phrase(str):
    """A sentence in Vietnamese that a door can still say in the asker's language.

    >>> Phrase("Tối đa {most} ký tự.", most=200)
    'Tối đa 200 ký tự.'
    """

    __slots__ = ("english", "params", "source")

    source: str
    params: dict[str, object]
    english: str

    def __new__(cls, source: str, *, english: str = "", **params: object) -> "Phrase":
        """Say a marked text with its values; english: for texts of packs."""
        phrase = super().__new__(cls, source.format(**params) if params else source)
        phrase.source, phrase.params, phrase.english = source, params, english
        return phrase


class Refused(Exception):  # noqa: N818 - a refusal is no error of the program
    """A room refuses, by name; `status` is the HTTP status a door answers with."""

    status: ClassVar[int] = 409
    message: ClassVar[str] = N_("Không thực hiện được yêu cầu này.")

    def __init__(self, **params: object) -> None:
        super().__init__(type(self).__name__)
        self.params = params

    @property
    def code(self) -> str:
        """Name the refusal for machines: `NotFound`, `DossierAlreadyDecided`."""
        return type(self).__name__

    def __str__(self) -> str:
        """Read the refusal in Vietnamese."""
        return self.message.format(**self.params)


class NotFound(Refused):
    """The thing does not exist, or the asker may not know that it does."""

    status = 404
    message = N_("Không tìm thấy nội dung bạn cần.")


class NotAllowed(Refused):
    """The asker may not do this. Says no more, so that it tells nothing."""

    status = 403
    message = N_("Bạn không có quyền làm việc này.")


class Conflict(Refused):
    """Somebody else was faster, or the thing has moved on."""

    status = 409
    message = N_("Nội dung này vừa được người khác thay đổi. Hãy tải lại trang.")


class TooManyCalls(Refused):
    """The same asker came too often; `seconds` says when to come back."""

    status = 429
    message = N_("Bạn đã thử quá nhiều lần. Hãy đợi {minutes} phút rồi thử lại.")

    def __init__(self, *, seconds: int) -> None:
        super().__init__(seconds=seconds, minutes=ceil(seconds / 60))


class Unavailable(Refused):
    """Something the deed needs is away for now; the same may succeed later."""

    status = 503
    message = N_("Hệ thống tạm dừng. Hãy thử lại sau ít phút.")


class Invalid(Refused):
    """What was sent is wrong; `fields` says what is wrong with which field.

    fields: {"child.birth_date": ["Ngày sinh không được ở tương lai."]}; the key ""
    speaks of the whole.
    """

    status = 422
    message = N_("Một số thông tin chưa đúng. Hãy xem lại các mục được đánh dấu.")

    def __init__(
        self, fields: Mapping[str, Sequence[str]] | None = None, **params: object
    ) -> None:
        super().__init__(**params)
        self.fields: dict[str, list[str]] = {
            key: list(messages) for key, messages in (fields or {}).items()
        }
