"""E-mail through the server of `TINHSO_SMTP_URL`."""

from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email

from tinhso.notify.providers.base import DeliveryError, Letter

_PERMANENT = range(500, 600)  # RFC 5321, 4.2.1


class Smtp:
    """Sends by Django's mail; the Message-ID lets receivers drop a repetition."""

    def send(self, letter: Letter) -> None:
        """Hand the letter to the mail server.

        :raises DeliveryError: if the address is none, or the server does not take it.
        """
        try:
            validate_email(letter.to)
        except ValidationError as error:
            raise DeliveryError("not an address", permanent=True) from error
        try:
            _mail(letter).send()
        except SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            final = bool(codes) and all(code in _PERMANENT for code in codes)
            raise DeliveryError(f"refused: {codes}", permanent=final) from error
        except SMTPResponseException as error:
            final = error.smtp_code in _PERMANENT
            raise DeliveryError(f"SMTP {error.smtp_code}", permanent=final) from error
        except (SMTPException, OSError) as error:
            raise DeliveryError(type(error).__name__, away=True) from error


def _mail(letter: Letter) -> EmailMessage:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
    return EmailMessage(
        subject=letter.subject,
        body=letter.body,
        to=[letter.to],
        headers={
            "Message-ID": f"<{letter.key}@{domain}>",
            "Auto-Submitted": "auto-generated",
        },
    )
