"""A wording, a person, and a real mail server."""

import json
import threading
from email import message_from_bytes
from email.policy import default
from hashlib import sha256

import pytest
from aiosmtpd.controller import Controller

from tinhso.cli.telephones import serving
from tinhso.cli.telephones.gateway import DemoGateway
from tinhso.cli.telephones.smsc import Smsc
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.ids import new_id
from tinhso.kernel.packs.types import Content
from tinhso.notify import actions
from tinhso.people.models import PersonRow


def wording(*, version=1, **changes):
    body = {
        "key": "dossier_received",
        "title": {"vi": "Đã nhận hồ sơ", "en": "Dossier received"},
        "channels": ["inbox", "email"],
        "subject": {"vi": "Đã nhận hồ sơ {code}", "en": "Dossier {code} received"},
        "body": {"vi": "Hẹn trả: {due}\n{note}", "en": "Due: {due}\n{note}"},
        "source": "NĐ 61/2018/NĐ-CP, Điều 17",
        **changes,
    }
    digest = sha256(json.dumps(body).encode()).hexdigest()
    return Content(
        pack="test",
        kind="messages",
        key=body["key"],
        body=body,
        version=version,
        digest=digest,
    )


def new_person(email="an@example.org", **changes):
    return PersonRow.objects.create(
        id=new_id(),
        full_name="Trần Văn An",
        sort_name="an tran van",
        email=email,
        **changes,
    )


@pytest.fixture
def write(now):
    def send(person, **changes):
        wanted = {
            "template_key": "dossier_received",
            "person_id": person.id,
            "params": {"code": "H49.22-260616-0001", "due": "17/06/2026", "note": ""},
            "subject_id": None,
            "dedupe_key": "one",
            "actor": SYSTEM,
            "at": now,
        }
        return actions.send_message(**{**wanted, **changes})

    return send


class Postbox:
    """Takes mail, or answers what `answer` says."""

    def __init__(self):
        self.mails = []
        self.answer = "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.answer.startswith("550"):
            return self.answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.answer.startswith("250"):
            self.mails.append(message_from_bytes(envelope.content, policy=default))
        return self.answer


class AnyPort(Controller):
    """Listens on a free port; the library's own start asks port 0 for an answer."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def postbox(settings):
    box = Postbox()
    controller = AnyPort(box, hostname="127.0.0.1", port=0)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = controller.port
    yield box
    controller.stop()


# SMPP has room for eight signs.
KEY = "testkey1"
SHORT = {"vi": "Ho so {code}, hen tra {due}", "en": "Dossier {code}, due {due}"}
MANY = {
    "channels": ["inbox", "email", "push", "zalo", "sms", "letter"],
    "sms": SHORT,
    "zalo": "7001",
    "examples": [{"code": "H49", "due": "17/06/2026", "note": ""}],
}


@pytest.fixture
def gateway():
    """The demo's telephones, over HTTP and SMPP; nothing is told by itself."""
    demo = DemoGateway(key=KEY, delay=0.05, slow=30)
    server = serving.serve(demo, port=0)
    smsc = Smsc(port=0, password=KEY, take=demo.take_smpp, delay=lambda: demo.delay)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    threading.Thread(target=smsc.serve_forever, daemon=True).start()
    demo.url = f"http://127.0.0.1:{server.server_port}"
    demo.smpp_url = f"smpp://tinhso:{KEY}@127.0.0.1:{smsc.port}"
    yield demo
    demo.misdeed = ""
    smsc.close()
    server.shutdown()
    server.server_close()


@pytest.fixture
def telephones(gateway, settings):
    """All channels set up with the demo on the other side."""
    settings.TINHSO_SMS_URL, settings.TINHSO_SMS_KEY = gateway.url, KEY
    settings.TINHSO_SMS_SENDER = "TINHSO"
    settings.TINHSO_ZALO_URL = settings.TINHSO_ZALO_TOKEN_URL = gateway.url
    settings.TINHSO_ZALO_APP, settings.TINHSO_ZALO_SECRET = "demo", KEY
    settings.TINHSO_ZALO_REFRESH = "demo-refresh"
    settings.TINHSO_PUSH_SERVICES = (gateway.url,)
    return gateway
