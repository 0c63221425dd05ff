"""A bank for trying, in its own process: it pays, and misbehaves when told to.

It plays both sides outside the platform: the app that reads a VietQR code and tells the
agency's account what came, and the card gateway with its signed callbacks. Nothing of
the platform's own signing is used here, so that the two check each other.
"""

import hmac
import json
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx

from tinhso.kernel import clock
from tinhso.payments import queries
from tinhso.payments.types import TransferWrong

TRIES, WAIT_SECONDS = 8, 0.5
MOST_BYTES = 2**16
MOMENT = "%Y%m%d%H%M%S"


class Deed(StrEnum):
    """What the payer does, or how the bank misbehaves."""

    PAY = "pay"
    DELAY = "delay"
    REPEAT = "repeat"
    REORDER = "reorder"
    FORGE = "forge"
    CHANGE = "change"
    OTHER_AMOUNT = "other_amount"
    NO_WORDS = "no_words"
    SILENT = "silent"
    CANCEL = "cancel"


SAID = {
    Deed.PAY: "Trả tiền",
    Deed.DELAY: "Trả, báo chậm 5 giây",
    Deed.REPEAT: "Trả, báo 5 lần",
    Deed.REORDER: "Trả, báo sau khoản kế tiếp",
    Deed.FORGE: "Không trả, báo giả chữ ký",
    Deed.CHANGE: "Trả, báo sai một ký tự",
    Deed.OTHER_AMOUNT: "Trả thiếu 1.000 đồng",
    Deed.NO_WORDS: "Trả, không ghi nội dung",
    Deed.SILENT: "Trả, không báo (chỉ có trong sao kê)",
    Deed.CANCEL: "Hủy",
}


@dataclass(frozen=True, slots=True)
class Paid:
    """Money that moved; words: of the transfer. amount: VND."""

    number: str
    bank: str
    account: str
    amount: int
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """A call to the platform, as it goes out."""

    method: str
    url: str
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class DemoBank:
    """The bank's books, and the platform it tells.

    platform: its address. code, secret: the gateway's; notice_key: the app's.
    """

    platform: str
    code: str
    secret: str
    notice_key: str
    paid: list[Paid] = field(default_factory=list)
    answers: list[dict[str, object]] = field(default_factory=list)
    _number: int = 0
    _held: list[Call] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def transfer(self, text: str, deed: Deed) -> None:
        """Pay what a VietQR code asks for.

        :raises TransferWrong: if it is no such code.
        """
        asked = queries.read_vietqr(text=text)
        if deed is Deed.CANCEL:
            return
        short = 1000 if deed is Deed.OTHER_AMOUNT else 0
        words = "" if deed is Deed.NO_WORDS else f"NGUYEN VAN A {asked.purpose}"
        amount = (asked.amount or 0) - short
        paid = self._book(asked.bank, asked.account, amount, words, deed)
        self._tell(deed, self._notice(paid, deed))

    def settle(self, order: Mapping[str, str], deed: Deed) -> None:
        """Pay an order of the gateway, or cancel it; both are told."""
        short = 1000 if deed is Deed.OTHER_AMOUNT else 0
        amount = int(order["vnp_Amount"]) // 100 - short
        paid = self._book("", "", amount, order["vnp_TxnRef"], deed)
        self._tell(deed, self._callback(order, paid, deed))

    def is_order(self, order: Mapping[str, str]) -> bool:
        """Tell whether an order comes from the platform."""
        told = order.get("vnp_SecureHash", "")
        rest = {name: order[name] for name in order if name != "vnp_SecureHash"}
        return hmac.compare_digest(told, _signed(rest, self.secret))

    def statement(self, account: str) -> str:
        """Write the statement of an account as a table, as banks export it."""
        rows = [
            f'{paid.at:%d/%m/%Y},{paid.number},,"{paid.amount}",{paid.words}'
            for paid in self.paid
            if paid.account == account
        ]
        head = "Ngày giao dịch,Số tham chiếu,Ghi nợ,Ghi có,Nội dung"
        return "\n".join([head, *rows, ""])

    def _book(
        self, bank: str, account: str, amount: int, words: str, deed: Deed
    ) -> Paid:
        with self._lock:
            self._number += 1
            number = f"{clock.now():%y%m%d%H%M%S}{self._number:04}"
            paid = Paid(
                f"DEMO{number}",
                bank,
                account,
                amount,
                words,
                clock.local(clock.now()),
            )
            if deed not in (Deed.FORGE, Deed.CANCEL):
                self.paid.append(paid)
        return paid

    def _notice(self, paid: Paid, deed: Deed) -> Call:
        content = json.dumps(
            {
                "bank": paid.bank,
                "account": paid.account,
                "transaction": paid.number,
                "amount": paid.amount,
                "words": paid.words,
            }
        ).encode()
        key = "guess" if deed is Deed.FORGE else self.notice_key
        signature = hmac.new(key.encode(), content, "sha256").hexdigest()
        if deed is Deed.CHANGE:
            content = content.replace(str(paid.amount).encode(), b"1", 1)
        return Call(
            "POST",
            f"{self.platform}/api/v1/payments/notices",
            content,
            {"X-Signature": signature, "Content-Type": "application/json"},
        )

    def _callback(self, order: Mapping[str, str], paid: Paid, deed: Deed) -> Call:
        code = "24" if deed is Deed.CANCEL else "00"
        fields = {
            "vnp_Amount": str(paid.amount * 100),
            "vnp_BankCode": "NCB",
            "vnp_OrderInfo": order.get("vnp_OrderInfo", ""),
            "vnp_PayDate": f"{paid.at:{MOMENT}}",
            "vnp_ResponseCode": code,
            "vnp_TmnCode": self.code,
            "vnp_TransactionNo": paid.number,
            "vnp_TransactionStatus": code,
            "vnp_TxnRef": order["vnp_TxnRef"],
        }
        key = "guess" if deed is Deed.FORGE else self.secret
        signature = _signed(fields, key)
        if deed is Deed.CHANGE:
            fields["vnp_Amount"] = "100"
        query = urlencode({**fields, "vnp_SecureHash": signature})
        return Call("GET", f"{self.platform}/api/v1/payments/gateway?{query}")

    def _tell(self, deed: Deed, call: Call) -> None:
        if deed is Deed.SILENT:
            return
        if deed is Deed.REORDER:
            self._held.append(call)
            return
        calls = [call] * (5 if deed is Deed.REPEAT else 1)
        wait = 5.0 if deed is Deed.DELAY else 0.0
        # Whatever was held back comes after what is newer.
        calls, self._held = [*calls, *self._held], []
        threading.Thread(target=self._send, args=(calls, wait), daemon=True).start()

    def _send(self, calls: Sequence[Call], wait: float) -> None:
        time.sleep(wait)
        for call in calls:
            self._send_one(call)

    def _send_one(self, call: Call) -> None:
        """Call until the platform answers, as banks do whose calls came to nothing."""
        for tries in range(TRIES):
            try:
                answer = httpx.request(
                    call.method,
                    call.url,
                    content=call.content,
                    headers=dict(call.headers),
                    timeout=10,
                )
            except httpx.HTTPError:
                time.sleep(WAIT_SECONDS * 2**tries)
                continue
            self.answers.append({"status": answer.status_code, "said": answer.text})
            if answer.status_code < 500:
                return
            time.sleep(WAIT_SECONDS * 2**tries)


def _signed(fields: Mapping[str, str], secret: str) -> str:
    text = urlencode(sorted((name, said) for name, said in fields.items() if said))
    return hmac.new(secret.encode(), text.encode(), "sha512").hexdigest()


def serve(bank: DemoBank, *, port: int) -> ThreadingHTTPServer:
    """Listen on loopback; the caller runs `serve_forever` on the answer."""
    handler = type("Handler", (_Handler,), {"bank": bank})
    return ThreadingHTTPServer(("127.0.0.1", port), handler)


class _Handler(BaseHTTPRequestHandler):
    bank: DemoBank

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        given = dict(parse_qsl(asked.query))
        if asked.path == "/answers":
            self._say(json.dumps(self.bank.answers), "application/json")
        elif asked.path == "/statement.csv":
            self._say(self.bank.statement(given.get("account", "")), "text/csv")
        elif asked.path == "/app":
            self._say(_app(given))
        elif asked.path == "/gateway":
            self._say(_gateway(self.bank, given))
        elif asked.path == "/":
            self._say(_books(self.bank.paid))
        else:
            self._say(_page("Không có trang này", ""), status=404)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > MOST_BYTES:
            self._say("", status=413)
            return
        given = dict(parse_qsl(self.rfile.read(length).decode("ascii", "replace")))
        try:
            deed = Deed(given.pop("deed", Deed.PAY))
            back = self._do(urlsplit(self.path).path, given, deed)
        except (TransferWrong, ValueError, KeyError):
            self._say(_page("Không đọc được yêu cầu này", ""), status=400)
            return
        self._say(_done(deed, back))

    def _do(self, path: str, given: Mapping[str, str], deed: Deed) -> str:
        if path == "/app":
            self.bank.transfer(given["qr"], deed)
            return given.get("back", "")
        if path == "/gateway" and self.bank.is_order(given):
            self.bank.settle(given, deed)
            return given.get("vnp_ReturnUrl", "")
        raise ValueError(path)

    def log_message(self, *_: object) -> None:
        """Say nothing; the pages show what came."""

    def _say(
        self, text: str, media_type: str = "text/html; charset=utf-8", status: int = 200
    ) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _page(title: str, body: str) -> str:
    return (
        "<!doctype html><html lang=vi><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width, initial-scale=1'>"
        f"<title>{escape(title)}</title><style>body{{font:18px/1.5 sans-serif;"
        "max-width:36rem;margin:2rem auto;padding:0 1rem}button{font:inherit;"
        "padding:.5rem 1rem;margin:.25rem 0;display:block}}</style>"
        "<p><strong>Ngân hàng mô phỏng, không phải ngân hàng thật</strong></p>"
        f"<h1>{escape(title)}</h1>{body}</html>"
    )


def _app(given: Mapping[str, str]) -> str:
    try:
        asked = queries.read_vietqr(text=given.get("qr", ""))
    except TransferWrong:
        form = (
            "<form><label>Nội dung mã QR <input name=qr></label><button>Đọc mã</button>"
        )
        return _page("Quét mã VietQR", form + "</form>")
    told = (
        f"<p>Chuyển <b>{asked.amount or 0:,} ₫</b> đến tài khoản"
        f" {escape(asked.account)} (ngân hàng {escape(asked.bank)}), nội dung"
        f" <b>{escape(asked.purpose)}</b>.</p>"
    )
    return _page("Chuyển khoản", told + _buttons("/app", given))


def _gateway(bank: DemoBank, given: Mapping[str, str]) -> str:
    if not bank.is_order(given):
        return _page("Đơn hàng không đúng chữ ký", "")
    amount = int(given["vnp_Amount"]) // 100
    told = f"<p>Trả <b>{amount:,} ₫</b> cho {escape(given['vnp_OrderInfo'])}.</p>"
    return _page("Trả bằng thẻ hoặc ví", told + _buttons("/gateway", given))


def _buttons(address: str, given: Mapping[str, str]) -> str:
    hidden = "".join(
        f'<input type=hidden name="{escape(name)}" value="{escape(value)}">'
        for name, value in given.items()
    )
    buttons = "".join(
        f'<button name=deed value="{deed}">{said}</button>'
        for deed, said in SAID.items()
    )
    return f'<form method=post action="{address}">{hidden}{buttons}</form>'


def _done(deed: Deed, back: str) -> str:
    # Nobody is sent to an address that is none of the web.
    is_web = back.startswith(("http://", "https://"))
    link = f'<p><a href="{escape(back)}">Quay lại Tỉnh Số</a></p>' if is_web else ""
    return _page(f"Đã làm: {SAID[deed]}", link)


def _books(paid: Sequence[Paid]) -> str:
    rows = "".join(
        f"<tr><td>{escape(one.number)}<td>{one.amount:,}<td>{escape(one.words)}"
        for one in paid
    )
    head = "<tr><th>Số giao dịch<th>Số tiền<th>Nội dung"
    return _page("Tiền đã chuyển", f"<table border=1>{head}{rows}</table>")
