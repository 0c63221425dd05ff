"""Services, agreements and subscriptions of the exchange, in words for people."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from tinhso.exchange.types import (
    Agreement,
    AgreementState,
    Service,
    Subscription,
    Usage,
)

STATES = {
    AgreementState.ASKED: (gettext_lazy("Chờ quyết định"), "warn"),
    AgreementState.APPROVED: (gettext_lazy("Đang cho phép"), "good"),
    AgreementState.REFUSED: (gettext_lazy("Không chấp thuận"), "bad"),
    AgreementState.ENDED: (gettext_lazy("Đã kết thúc"), ""),
}
LABELS = {
    "consumer": gettext_lazy("Hệ thống sẽ dùng"),
    "operations": gettext_lazy("Thao tác"),
    "fields": gettext_lazy("Trường được nhận"),
    "purpose": gettext_lazy("Mục đích"),
    "source": gettext_lazy("Căn cứ"),
    "valid_from": gettext_lazy("Từ ngày"),
    "valid_to": gettext_lazy("Đến trước ngày"),
    "per_minute": gettext_lazy("Số lượt mỗi phút"),
    "per_day": gettext_lazy("Số lượt mỗi ngày"),
    "reason": gettext_lazy("Lý do"),
}


def service(one: Service) -> dict[str, Any]:
    """Show a service in a list."""
    info = one.openapi.get("info", {})
    return {
        "one": one,
        "said": str(info.get("description", "")),
        "version": str(info.get("version", "")),
        "address": f"/r1/{one.name}",
    }


def operations(one: Service) -> list[dict[str, Any]]:
    """Show what a service offers: parameters, answers, and how each is called."""
    found = []
    for each in one.operations:
        item = one.openapi["paths"][each.path]
        said = item[each.method.lower()]
        given = [*item.get("parameters", []), *said.get("parameters", [])]
        found.append(
            {
                "one": each,
                "said": str(said.get("description", "")),
                "parameters": [_parameter(p) for p in given if "name" in p],
                "answers": [_answer(k, v) for k, v in said["responses"].items()],
                "call": f"{each.method} /r1/{one.name}{each.path}",
            }
        )
    return found


def _parameter(told: Mapping[str, Any]) -> dict[str, Any]:
    places = {
        "path": gettext("trong đường dẫn"),
        "query": gettext("sau dấu hỏi"),
        "header": gettext("trong tiêu đề"),
    }
    return {
        "name": told["name"],
        "place": places.get(str(told.get("in")), ""),
        "said": str(told.get("description", "")),
        "is_needed": bool(told.get("required")),
    }


def _answer(status: str, told: Any) -> dict[str, str]:
    said = told.get("description", "") if isinstance(told, Mapping) else ""
    return {"status": str(status), "said": str(said)}


def agreement(one: Agreement, used: Usage | None) -> dict[str, Any]:
    """Show an agreement, and how it was used."""
    title, tone = STATES[one.state]
    return {"one": one, "state": title, "tone": tone, "used": used}


def subscription(one: Subscription) -> dict[str, Any]:
    """Show a subscription."""
    title, tone = STATES[one.state]
    return {"one": one, "state": title, "tone": tone}
