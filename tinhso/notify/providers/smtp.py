"""E-mail through the server of `TINHSO_SMTP_URL`."""

from contextlib import suppress
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.validators import validate_email

from tinhso.notify.providers.base import DeliveryError, Letter

_PERMANENT = range(500, 600)  # RFC 5321, 4.2.1
_CLOSING = 421  # likewise, 3.8: the server ends the connection, for reasons of its own


class Smtp:
    """Sends by Django's mail; the Message-ID lets receivers drop a repetition.

    One connection serves a round; a server that ends it between letters is called
    again, once for each letter.
    """

    def __init__(self) -> None:
        self._connection = get_connection()
        self._carried = 0

    def close(self) -> None:
        """End the round."""
        self._hang_up()

    def send(self, letter: Letter) -> None:
        """Hand the letter to the mail server.

        :raises DeliveryError: if the address is none, or the server does not take it.
        """
        try:
            validate_email(letter.to)
        except ValidationError as error:
            raise DeliveryError("not an address", permanent=True) from error
        is_used = self._carried > 0
        try:
            self._send(letter)
        except DeliveryError as error:
            if not (error.away and is_used):
                raise
            self._send(letter)

    def _send(self, letter: Letter) -> None:
        try:
            self._connection.open()
            _mail(letter, self._connection).send()
        except SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            self._hang_up()
            final = bool(codes) and all(code in _PERMANENT for code in codes)
            raise DeliveryError(f"refused: {codes}", permanent=final) from error
        except SMTPResponseException as error:
            self._hang_up()
            code = error.smtp_code
            raise DeliveryError(
                f"SMTP {code}", permanent=code in _PERMANENT, away=code == _CLOSING
            ) from error
        except (SMTPException, OSError) as error:
            self._hang_up()
            raise DeliveryError(type(error).__name__, away=True) from error
        self._carried += 1

    def _hang_up(self) -> None:
        self._carried = 0
        with suppress(SMTPException, OSError):
            self._connection.close()


def _mail(letter: Letter, connection: BaseEmailBackend) -> EmailMessage:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
    headers = {
        "Message-ID": f"<{letter.key}@{domain}>",
        "Auto-Submitted": "auto-generated",
    }
    if letter.unsubscribe:
        # RFC 2369, and RFC 8058 for the one click in a mail program.
        headers["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return EmailMessage(
        subject=letter.subject,
        body=letter.body,
        to=[letter.to],
        headers=headers,
        connection=connection,
    )
