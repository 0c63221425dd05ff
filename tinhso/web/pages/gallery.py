"""The pattern library: every component once, for developers and for the tests."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tinhso.security.types import Access
from tinhso.web.policy import guarded

# Examples are content of this page only; they are Vietnamese in both languages.
CONTEXT: dict[str, Any] = {
    "errors": [
        {"field": "child_name", "message": "Hãy nhập họ, chữ đệm và tên của trẻ."},
        {"field": "papers", "message": "Tệp này bị khóa bằng mật khẩu."},
    ],
    "receive": [
        {"value": "online", "label": "Nhận bản điện tử", "hint": "Có ngay khi ký."},
        {"value": "desk", "label": "Nhận tại quầy một cửa"},
        {"value": "post", "label": "Nhận qua bưu điện", "hint": "Người nhận trả phí."},
    ],
    "communes": [
        {"value": "06688", "label": "Phường Hạ Long"},
        {"value": "06673", "label": "Phường Bãi Cháy"},
        {"value": "06994", "label": "Đặc khu Vân Đồn"},
    ],
    "files": [
        {
            "name": "giay-chung-sinh.pdf",
            "size": "214 kB",
            "href": "#papers",
            "remove_value": "1",
        }
    ],
    "tasks": [
        {"title": "Người yêu cầu", "href": "#", "state": "done"},
        {"title": "Thông tin của trẻ", "href": "#", "state": "started"},
        {"title": "Cha và mẹ", "href": "#", "state": "todo"},
        {"title": "Giấy tờ", "href": "#", "state": "wrong", "hint": "Thiếu một tệp."},
        {"title": "Kiểm tra và nộp", "state": "locked"},
    ],
    "sections": [
        {
            "title": "Thông tin của trẻ",
            "rows": [
                {"label": "Họ, chữ đệm, tên", "value": "Phạm Minh An", "href": "#"},
                {"label": "Ngày sinh", "value": "09/06/2026", "href": "#"},
                {
                    "label": "Nơi cư trú của mẹ",
                    "value": "Phường Hạ Long, tỉnh Quảng Ninh",
                    "source": "hồ sơ tài khoản của bạn",
                },
            ],
        }
    ],
    "steps": [
        {"title": "Đã nộp", "at": "09:00, 16/06/2026", "state": "done"},
        {"title": "Đã tiếp nhận", "at": "09:20, 16/06/2026", "state": "done"},
        {
            "title": "Đang xử lý",
            "at": "Hạn 17:00, 16/06/2026",
            "note": "Công chức tư pháp - hộ tịch đang xem hồ sơ.",
            "state": "now",
        },
        {"title": "Trả kết quả", "state": "next"},
    ],
    "columns": [
        {"label": "Chọn"},
        {"label": "Mã hồ sơ", "href": "?sap-xep=ma", "sorted": "ascending"},
        {"label": "Thủ tục", "href": "?sap-xep=thu-tuc"},
        {"label": "Hạn"},
        {"label": "Phí", "numeric": True},
    ],
    "rows": [
        {
            "id": "row-1",
            "cells": [
                {"select": "1", "text": "H49.06688-260616-0001"},
                {"href": "#row-1", "text": "H49.06688-260616-0001"},
                {"text": "Đăng ký khai sinh"},
                {"clock": "red", "text": "Quá 2 giờ"},
                {"numeric": True, "text": "0 ₫"},
            ],
        },
        {
            "id": "row-2",
            "cells": [
                {"select": "2", "text": "H49.06688-260616-0002"},
                {"href": "#row-2", "text": "H49.06688-260616-0002"},
                {"text": "Xác nhận tình trạng hôn nhân"},
                {"clock": "amber", "text": "Còn 3 giờ"},
                {"numeric": True, "text": "15.000 ₫"},
            ],
        },
        {
            "id": "row-3",
            "cells": [
                {"select": "3", "text": "H49.06688-260616-0003"},
                {"href": "#row-3", "text": "H49.06688-260616-0003"},
                {"text": "Đăng ký khai sinh"},
                {"clock": "green", "text": "Còn 7 giờ"},
                {"numeric": True, "text": "0 ₫"},
            ],
        },
    ],
}


@guarded(Access.PUBLIC)
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Show the patterns of citizen pages."""
    return render(request, "gallery/citizen.html", CONTEXT)


@guarded(Access.PUBLIC)
@require_safe
def desk_gallery(request: HttpRequest) -> HttpResponse:
    """Show the patterns of the desk."""
    return render(request, "gallery/desk.html", CONTEXT)
