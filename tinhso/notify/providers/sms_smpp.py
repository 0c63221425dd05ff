"""SMS by SMPP 3.4, straight to a telephone company (smpplib)."""

import re
import secrets
import time
from contextlib import suppress
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from smpplib import consts, exceptions
from smpplib.client import Client

from tinhso.notify.providers.base import DeliveryError, Letter, Outcome, Sent, Told
from tinhso.notify.providers.sms_http import international
from tinhso.notify.rules import sms

SECONDS = 5
# How long a round listens for receipts once its letters are gone.
LISTEN_SECONDS = 1.0
WRONG_NUMBER = {consts.SMPP_ESME_RINVDSTADR, consts.SMPP_ESME_RINVDSTTON}
# Appendix B of SMPP 3.4: how receipts are written, field by field.
RECEIPT = re.compile(r"\bid:(\S+).*?\bstat:(\w+)", re.S)
OUTCOMES = {
    "DELIVRD": Outcome.DELIVERED,
    "EXPIRED": Outcome.FAILED,
    "DELETED": Outcome.FAILED,
    "UNDELIV": Outcome.FAILED,
    "REJECTD": Outcome.FAILED,
}
CODINGS = {
    sms.GSM: consts.SMPP_ENCODING_DEFAULT,
    sms.UCS2: consts.SMPP_ENCODING_ISO10646,
}


class SmsSmpp:
    """Sends through one bound connection a round; receipts come over it, too.

    There is no key by which the other side knows a repetition: a message whose answer
    is lost may arrive twice.
    """

    def __init__(self) -> None:
        self._client: Client | None = None
        self._told: list[Told] = []
        self._answer: Any = None

    def close(self) -> None:
        """End the round."""
        self._hang_up()

    def send(self, letter: Letter) -> Sent:
        """Hand the message over, in as many parts as it takes.

        reference: of the last part, whose receipt counts.

        :raises DeliveryError: if the other side is away, or does not take it.
        """
        parts = sms.split(letter.short)
        joined, reference = secrets.randbelow(256), ""
        for number, part in enumerate(parts, start=1):
            head = bytes((5, 0, 3, joined, len(parts), number)) if parts[1:] else b""
            coding = sms.measured(letter.short).coding
            content = head + sms.encoded(part, coding)
            reference = self._submit(international(letter.to), content, coding, head)
        return Sent(reference, is_awaited=True, segments=len(parts))

    def told(self) -> tuple[Told, ...]:
        """Take the receipts that came, and listen a moment for those that wait."""
        deadline = time.monotonic() + LISTEN_SECONDS
        with suppress(DeliveryError):
            client = self._bound()
            try:
                while time.monotonic() < deadline:
                    client.poll(auto_send_enquire_link=False)
                    time.sleep(0.05)
            except (exceptions.ConnectionError, exceptions.PDUError, OSError):
                self._hang_up()
        taken, self._told = tuple(self._told), []
        return taken

    def _submit(self, to: str, content: bytes, coding: str, head: bytes) -> str:
        client = self._bound()
        self._answer = None
        try:
            sent = client.send_message(
                source_addr_ton=consts.SMPP_TON_ALNUM,
                source_addr=settings.TINHSO_SMS_SENDER,
                dest_addr_ton=consts.SMPP_TON_INTL,
                dest_addr_npi=consts.SMPP_NPI_ISDN,
                destination_addr=to,
                short_message=content,
                data_coding=CODINGS[coding],
                esm_class=consts.SMPP_GSMFEAT_UDHI if head else 0,
                registered_delivery=True,
            )
            deadline = time.monotonic() + SECONDS
            while not self._has_answer(sent.sequence):
                if time.monotonic() > deadline:
                    raise TimeoutError
                client.read_once(auto_send_enquire_link=False)
        except (exceptions.ConnectionError, exceptions.PDUError, OSError) as error:
            self._hang_up()
            raise DeliveryError(f"SMPP {type(error).__name__}", away=True) from error
        return self._accepted()

    def _has_answer(self, sequence: int) -> bool:
        return self._answer is not None and self._answer.sequence == sequence

    def _accepted(self) -> str:
        status = int(self._answer.status)
        if status != consts.SMPP_ESME_ROK:
            final = status in WRONG_NUMBER
            name = f"SMPP {status:#x}"
            raise DeliveryError(name, permanent=final, away=_is_busy(status))
        return _text(self._answer.message_id)

    def _bound(self) -> Client:
        """Give the connection; called and signed in when it is first needed."""
        if self._client is not None:
            return self._client
        parts = urlsplit(settings.TINHSO_SMS_URL)
        client = Client(
            parts.hostname,
            parts.port or 2775,
            timeout=SECONDS,
            allow_unknown_opt_params=True,
        )
        client.set_message_sent_handler(self._keep)
        client.set_error_pdu_handler(lambda pdu: self._keep(pdu=pdu))
        client.set_message_received_handler(self._take)
        self._client = client
        try:
            client.connect()
            client.bind_transceiver(
                system_id=unquote(parts.username or ""),
                password=unquote(parts.password or ""),
            )
        except (exceptions.ConnectionError, exceptions.PDUError, OSError) as error:
            self._hang_up()
            raise DeliveryError(f"SMPP {type(error).__name__}", away=True) from error
        return client

    def _keep(self, *, pdu: Any) -> None:
        self._answer = pdu

    def _take(self, *, pdu: Any) -> int:
        """Take a receipt; a message by somebody is answered, and forgotten."""
        text = _text(pdu.short_message or b"")
        found = RECEIPT.search(text)
        outcome = OUTCOMES.get(found[2]) if found else None
        if found and outcome:
            self._told.append(Told(outcome, reference=found[1][:100], reason=found[2]))
        return int(consts.SMPP_ESME_ROK)

    def _hang_up(self) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        with suppress(exceptions.ConnectionError, exceptions.PDUError, OSError):
            client.unbind()
        with suppress(OSError):
            client.disconnect()


def _is_busy(status: int) -> bool:
    return status in {
        consts.SMPP_ESME_RTHROTTLED,
        consts.SMPP_ESME_RMSGQFUL,
        consts.SMPP_ESME_RSYSERR,
        consts.SMPP_ESME_RINVBNDSTS,
    }


def _text(content: bytes | str) -> str:
    if isinstance(content, str):
        return content
    return content.rstrip(b"\0").decode("ascii", "replace")
