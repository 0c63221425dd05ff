"""Where people are signed in, in words they know."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext, ngettext

from tinhso.security.types import OpenKey, OpenSession
from tinhso.web.ui.writing import moment

# What browsers say of themselves, the telling word first: nearly all say Chrome, too.
BROWSERS = (
    ("Zalo", "Zalo"),
    ("coc_coc", "Cốc Cốc"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
# Moments of use are kept to five minutes, and told no finer than this.
COARSE = timedelta(minutes=10)


def browser_of(user_agent: str) -> str:
    """Name the browser of a request; empty where it is none of those we know."""
    return next((name for word, name in BROWSERS if word in user_agent), "")


def system_of(user_agent: str) -> str:
    """Name what the browser of a request runs on; empty where it is not said."""
    return next((name for word, name in SYSTEMS if word in user_agent), "")


def session(one: OpenSession, *, at: datetime) -> dict[str, Any]:
    """Show where somebody is signed in."""
    begun = gettext("Đăng nhập lúc {moment}").format(moment=moment(one.begun_at))
    return {
        "id": one.id,
        "name": device(one.browser, one.system),
        "is_here": one.is_here,
        "facts": f"{begun} · {last_used(one.seen_at, at)}",
    }


def key(one: OpenKey) -> dict[str, Any]:
    """Show a key through which a machine acts for somebody."""
    name = gettext("Phần mềm: {label}").format(label=one.label)
    facts = gettext("Cấp lúc {begun}, dùng được đến {ends}").format(
        begun=moment(one.begun_at), ends=moment(one.ends_at)
    )
    if one.is_sign_in:
        name = gettext("Phần mềm đăng nhập bằng mật khẩu của bạn")
    return {"id": one.id, "name": name, "is_here": False, "facts": facts}


def device(browser: str, system: str) -> str:
    """Say a browser and what it runs on: `Chrome trên Windows`."""
    if browser and system:
        return gettext("{browser} trên {system}").format(browser=browser, system=system)
    return browser or system or gettext("Trình duyệt chưa rõ")


def last_used(seen_at: datetime, at: datetime) -> str:
    """Say how long ago something was used, to ten minutes."""
    tens = (at - seen_at) // COARSE
    if tens < 1:
        return gettext("vừa mới dùng")
    text = ngettext("dùng {n} phút trước", "dùng {n} phút trước", 10 * tens)
    return text.format(n=10 * tens)
