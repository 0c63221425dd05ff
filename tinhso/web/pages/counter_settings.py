"""The settings of a unit's desk: hours, closures, groups, counters, rules."""

from collections.abc import Callable
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from tinhso.counters import actions, queries
from tinhso.counters.types import Closure, Desk, Window
from tinhso.kernel import clock
from tinhso.kernel.errors import N_, Conflict, Invalid, NotFound, Phrase
from tinhso.security import queries as security
from tinhso.security.types import Access, Deed
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.ui import desk as desk_ui
from tinhso.web.ui.phrases import error_summary, first_messages, say_refusal
from tinhso.web.ui.writing import WEEKDAYS

# Who asks, whose desk, when: the same for every deed.
Asked = dict[str, Any]
NUMBERS = ("days_ahead", "offer_minutes", "most_bookings", "priority_run")


@guarded(Access.OFFICER)
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, organization_id: UUID) -> HttpResponse:
    """Show and change the settings of a desk."""
    actor = actor_of(request)
    desk = queries.get_own_desk(organization_id=organization_id, actor=actor)
    security.require(actor=actor, deed=Deed.SET_UP_COUNTERS, thing=desk)
    if request.method != "POST":
        return _show(request, desk)
    asked = {"organization_id": organization_id, "actor": actor, "at": clock.now()}
    try:
        told = _deed(request)(request.POST, asked)
    except Invalid as refusal:
        return _show(request, desk, refusal)
    except Conflict as refusal:
        messages.warning(request, say_refusal(refusal))
    else:
        messages.success(request, told or gettext("Đã lưu."))
    return redirect("counter_settings", organization_id=organization_id)


def _deed(request: HttpRequest) -> Callable[[QueryDict, Asked], str | None]:
    deed = DEEDS.get(request.POST.get("deed", ""))
    if deed is None:
        raise NotFound
    return deed


def _change(given: QueryDict, asked: Asked) -> None:
    numbers: Asked = {name: _number(given, name) for name in NUMBERS}
    actions.change_desk(
        **asked,
        **numbers,
        takes_bookings="takes_bookings" in given,
        priority_groups=given.get("priority_groups", ""),
    )


def _add_window(given: QueryDict, asked: Asked) -> None:
    window = Window(
        id=None,
        weekday=_number(given, "weekday"),
        opens=_time(given, "opens"),
        closes=_time(given, "closes"),
        slot_minutes=_number(given, "slot_minutes"),
        quota=_number(given, "quota"),
    )
    actions.add_window(**asked, window=window)


def _remove_window(given: QueryDict, asked: Asked) -> None:
    actions.remove_window(**asked, window_id=_id(given))


def _close(given: QueryDict, asked: Asked) -> str:
    closure = Closure(
        id=None,
        starts_at=_moment(given, "starts"),
        ends_at=_moment(given, "ends"),
        reason=given.get("reason", ""),
    )
    n = actions.close_between(**asked, closure=closure)
    text = ngettext(
        "Đã đóng. {n} lịch hẹn bị hủy, người đặt được báo.",
        "Đã đóng. {n} lịch hẹn bị hủy, người đặt được báo.",
        n,
    )
    return text.format(n=n)


def _reopen(given: QueryDict, asked: Asked) -> None:
    actions.reopen(**asked, closure_id=_id(given))


def _set_group(given: QueryDict, asked: Asked) -> None:
    letter, title = given.get("letter", ""), given.get("title", "")
    actions.set_group(**asked, letter=letter, title=title)


def _remove_group(given: QueryDict, asked: Asked) -> None:
    actions.remove_group(**asked, letter=given.get("id", ""))


def _set_counter(given: QueryDict, asked: Asked) -> None:
    actions.set_counter(
        **asked,
        number=_number(given, "number"),
        title=given.get("counter_title", ""),
        letters=given.get("letters", ""),
    )


def _remove_counter(given: QueryDict, asked: Asked) -> None:
    actions.remove_counter(**asked, number=_number(given, "id"))


DEEDS: dict[str, Callable[[QueryDict, Asked], str | None]] = {
    "change": _change,
    "add_window": _add_window,
    "remove_window": _remove_window,
    "close": _close,
    "reopen": _reopen,
    "set_group": _set_group,
    "remove_group": _remove_group,
    "set_counter": _set_counter,
    "remove_counter": _remove_counter,
}


def _show(
    request: HttpRequest, desk: Desk, refusal: Invalid | None = None
) -> HttpResponse:
    given = request.POST
    kept = {name: getattr(desk, name) for name in NUMBERS}
    context = {
        "rail": desk_ui.rail(actor_of(request), "counters"),
        "desk": desk,
        "windows": [{"it": w, "day": WEEKDAYS[w.weekday - 1]} for w in desk.windows],
        "weekdays": [
            {"value": str(n), "label": str(name).capitalize()}
            for n, name in enumerate(WEEKDAYS, start=1)
        ],
        "value": {**kept, "weekday": "1", "slot_minutes": "30", "quota": "2"}
        | {name: given[name] for name in given},
        "priority": given.get("priority_groups", "\n".join(desk.priority_groups)),
        "error": first_messages(refusal) if refusal else {},
        "errors": error_summary(refusal, _labels()) if refusal else (),
    }
    status = refusal.status if refusal else 200
    page = render(request, "counters/settings.html", context, status=status)
    return no_store(page)


def _labels() -> dict[str, str]:
    return {
        "days_ahead": gettext("Đặt trước tối đa (ngày)"),
        "offer_minutes": gettext("Giữ chỗ cho người chờ (phút)"),
        "most_bookings": gettext("Số lịch hẹn tối đa của một người"),
        "priority_run": gettext("Số lượt ưu tiên liên tiếp"),
        "weekday": gettext("Thứ"),
        "opens": gettext("Từ giờ"),
        "closes": gettext("Đến giờ"),
        "slot_minutes": gettext("Mỗi lượt (phút)"),
        "quota": gettext("Số người mỗi lượt"),
        "starts": gettext("Đóng từ"),
        "ends": gettext("Đến"),
        "reason": gettext("Lý do"),
        "letter": gettext("Ký hiệu"),
        "title": gettext("Tên nhóm việc"),
        "number": gettext("Số quầy"),
        "letters": gettext("Nhóm việc phục vụ"),
    }


def _number(given: QueryDict, name: str) -> int:
    text = given.get(name, "").strip()
    if not text.isdecimal() or len(text) > 6:
        raise _wrong(name, N_("Hãy nhập một số."))
    return int(text)


def _time(given: QueryDict, name: str) -> time:
    try:
        return time.fromisoformat(given.get(name, "").strip()).replace(tzinfo=None)
    except ValueError:
        raise _wrong(name, N_("Hãy nhập giờ, ví dụ 07:30.")) from None


def _moment(given: QueryDict, name: str) -> datetime:
    try:
        found = datetime.fromisoformat(given.get(name, "").strip())
    except ValueError:
        raise _wrong(name, N_("Hãy nhập ngày và giờ.")) from None
    return found if found.tzinfo else found.replace(tzinfo=clock.VIETNAM)


def _wrong(name: str, message: str) -> Invalid:
    return Invalid({name: [Phrase(message)]})


def _id(given: QueryDict) -> UUID:
    try:
        return UUID(given.get("id", ""))
    except ValueError:
        raise NotFound from None
