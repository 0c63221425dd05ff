"""Keys held by a provider sign by CSC API v2: a real process that can misbehave."""

import json
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from tests import remote_signing
from tests.documents.conftest import AGENCY, EXAMPLE, SOURCE, template_content
from tests.documents.test_archive_format import PDF_A, PDF_UA, validate
from tests.remote_signing import code_of, misbehave
from tinhso.documents import actions, queries, types
from tinhso.documents.models import SignatureRow, SigningMeansRow, StageRow
from tinhso.documents.providers import csc
from tinhso.documents.providers.demo_remote import MISDEEDS
from tinhso.documents.types import Secret, Signatory, SignatureRole, Verdict
from tinhso.kernel.actor import SYSTEM
from tinhso.people.models import PersonRow

pytestmark = pytest.mark.django_db

NAME, NUMBER = "Nguyễn Thị Hoa", "022195999001"
AGENCY_NAME = "Ủy ban nhân dân phường Hạ Long"


@pytest.fixture(scope="session")
def provider(tmp_path_factory):
    home = tmp_path_factory.mktemp("remote")
    with remote_signing.running(home) as process:
        yield home, process.url


@pytest.fixture
def remote(provider, settings):
    home, url = provider
    settings.TINHSO_HOME = home
    settings.TINHSO_REMOTE_SIGNING_URL = url
    settings.TINHSO_REMOTE_SIGNING_KEY = remote_signing.KEY
    yield url
    misbehave(url)


@pytest.fixture
def person(db):
    return PersonRow.objects.create(
        full_name=NAME, sort_name="hoa nguyen thi", personal_number=NUMBER
    )


@pytest.fixture
def signatory(person):
    return Signatory(person.id, person.id, NAME, "Chủ tịch", AGENCY_NAME)


@pytest.fixture
def declared(person, remote, now):
    return actions.declare_remote(
        credential_id=NUMBER, person_id=person.id, actor=SYSTEM, at=now
    )


@pytest.fixture
def code(person, remote, now):
    """Have a code sent, and read it."""

    def ask(**more):
        actions.send_code(person_id=person.id, actor=SYSTEM, at=now, **more)
        return Secret(code_of(remote, NAME))

    return ask


@pytest.fixture
def personally(sign, signatory):
    def make(document, secret):
        return sign(
            document, SignatureRole.PERSONAL, signatory=signatory, secret=secret
        )

    return make


def nothing_was_written(document):
    return (
        not SignatureRow.objects.exists()
        and StageRow.objects.count() == 1
        and queries.get_document(document_id=document.id).state == "draft"
    )


def test_a_leader_signs_with_a_credential_of_the_provider(
    render, personally, declared, code, now
):
    document = personally(render(), code())

    for later in (0, 8000):
        report = queries.verify_pdf(
            content=queries.document_pdf(document_id=document.id),
            at=now + timedelta(days=later),
        )
        assert report.verdict == Verdict.VALID
        assert [one.role for one in report.signatures] == ["personal", "timestamp"]
        assert report.signatures[0].name == NAME
    assert queries.asked_when_signing(person_id=declared.person_id) == "code"


def test_every_misdeed_is_refused_by_name_and_nothing_is_lost(
    render, personally, declared, code, remote, monkeypatch
):
    monkeypatch.setattr(csc, "SECONDS", 1.0)
    expected = {
        "slow": types.RemoteSlow,
        "dead": types.RemoteDown,
        "nonsense": types.RemoteAnswerWrong,
        "refuse": types.RemoteRefused,
        "wrong-signature": types.SignatureWrong,
        "wrong-hash": types.SignatureWrong,
        "expired": types.CertificateExpired,
        "revoked": types.CertificateRevoked,
        "stranger": types.CertificateOfAnother,
        "replay": types.RemoteRefused,
    }
    assert set(expected) == set(MISDEEDS)
    document = render()

    for how, refusal in expected.items():
        secret = code()
        misbehave(remote, how)
        started = time.monotonic()
        with pytest.raises(refusal) as refused:
            personally(document, secret)
        assert time.monotonic() - started < 5, how
        assert type(refused.value) is refusal, how
        assert nothing_was_written(document), how
        misbehave(remote)

    personally(document, code())


def test_a_wrong_used_or_missing_code_is_refused(render, personally, declared, code):
    document, secret = render(), code()
    for wrong, refusal in (
        (Secret("abcdef"), types.CodeWrong),
        (Secret(""), types.CodeMissing),
    ):
        with pytest.raises(refusal):
            personally(document, wrong)
        assert nothing_was_written(document)

    personally(document, secret)

    with pytest.raises(types.CodeWrong):
        personally(render(), secret)


def test_a_code_ends_after_a_few_wrong_tries(render, personally, declared, code):
    document, secret = render(), code()
    for _ in range(5):
        with pytest.raises(types.CodeWrong):
            personally(document, Secret("abcdef"))

    with pytest.raises(types.CodeWrong):
        personally(document, secret)
    personally(document, code())


def test_an_authorization_signs_once_and_only_what_it_was_for(remote, code, declared):
    def ask(method, **body):
        return httpx.post(
            f"{remote}/csc/v2/{method}",
            json={"credentialID": NUMBER, **body},
            headers={"Authorization": f"Bearer {remote_signing.KEY}"},
        )

    digest, other = ("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "AAAA" * 10)
    granted = ask(
        "credentials/authorize",
        numSignatures=1,
        hashes=[digest],
        authData=[{"id": "OTP", "value": code().value}],
    ).json()["SAD"]
    signing = {"SAD": granted, "signAlgo": "1.2.840.10045.4.3.2"}

    answers = [
        ask("signatures/signHash", hashes=hashes, **signing).status_code
        for hashes in ([other], [digest], [digest])
    ]

    assert answers == [400, 200, 400]


def test_the_provider_knows_the_platform_by_its_key(remote, person, settings, now):
    settings.TINHSO_REMOTE_SIGNING_KEY = "guessed"

    with pytest.raises(types.RemoteRefused):
        actions.send_code(person_id=person.id, own=True, actor=SYSTEM, at=now)


def test_people_get_what_the_provider_has_for_their_number(remote, person, now):
    shown = queries.own_certificate(person_id=person.id, at=now)
    actions.send_code(person_id=person.id, own=True, actor=SYSTEM, at=now)

    assert (shown.name, shown.is_demo) == (NAME, True)
    own = queries.signing_means(person_id=person.id, own=True)
    assert own.credential_id == NUMBER


def test_what_is_ones_own_never_signs_in_office(
    render, personally, code, person, signatory
):
    secret = code(own=True)
    document = personally(render(), secret)

    # The platform's own key signed, as for everybody without a means.
    assert queries.signing_means(person_id=person.id) is None
    assert document.state == types.DocumentState.SIGNED
    with pytest.raises(types.NoCertificate):
        code()


@pytest.fixture
def sheet(template, person, now):
    """Have the person sign a sheet for themselves."""
    text = SOURCE.replace("document-info.number", "none")
    actions.TEMPLATES.apply(template_content(version=2, text=text), SYSTEM, now)

    def sign(secret):
        return actions.sign_sheet(
            template_key="confirmation",
            data=EXAMPLE,
            title="Tờ khai",
            signatory=Signatory(person.id, AGENCY, NAME, "", ""),
            synthetic=True,
            secret=secret,
            actor=SYSTEM,
            at=now,
        )

    return sign


def test_a_sheet_that_one_person_signs_is_pdf_a_and_accessible(sheet, code, now):
    path = queries.file_path(file_id=sheet(code(own=True)).id)

    assert validate(PDF_A, path) == [[]]
    assert validate(PDF_UA, path) == [[]]
    report = queries.verify_pdf(content=path.read_bytes(), at=now)
    assert report.verdict == Verdict.VALID
    assert report.signatures[0].name == NAME


def test_nobody_signs_for_themselves_with_the_platforms_key(sheet, remote, declared):
    """Not even who signs in office with a credential of the same provider."""
    with pytest.raises(types.NoCertificate):
        sheet(Secret("123456"))


def test_a_certificate_that_has_ended_is_told_before_a_code_is_sent(
    remote, person, now
):
    misbehave(remote, "expired")

    with pytest.raises(types.CertificateExpired):
        queries.own_certificate(person_id=person.id, at=now)


def test_who_has_no_certificate_is_told(remote, now):
    unknown = PersonRow.objects.create(
        full_name="Vũ Văn Mới", sort_name="moi vu van", personal_number="022199999555"
    )

    assert queries.own_certificate(person_id=unknown.id, at=now) is None
    with pytest.raises(types.NoCertificate):
        actions.send_code(person_id=unknown.id, own=True, actor=SYSTEM, at=now)
    assert not SigningMeansRow.objects.exists()


def test_a_provider_that_is_not_there_is_named(render, personally, declared, settings):
    settings.TINHSO_REMOTE_SIGNING_URL = "http://127.0.0.1:9"
    with pytest.raises(types.RemoteDown):
        personally(render(), Secret("123456"))

    settings.TINHSO_REMOTE_SIGNING_URL = ""
    with pytest.raises(types.RemoteNotSetUp):
        personally(render(), Secret("123456"))


@contextmanager
def answering(respond):
    """Serve something on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            respond(self)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def drip(handler):
    """A byte now and then: no pause is long, and no end comes."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b" ")
        time.sleep(0.1)


def flood(handler):
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b" " * 2**16)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize(
    ("respond", "refusal"),
    [(drip, types.RemoteSlow), (flood, types.RemoteAnswerWrong)],
)
def test_an_answer_has_a_bound_in_time_and_size(respond, refusal, monkeypatch):
    monkeypatch.setattr(csc, "SECONDS", 1.0)
    with answering(respond) as url:
        started = time.monotonic()
        with pytest.raises(refusal):
            csc.credential(service=csc.Service(url, ""), credential_id="a")

    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    "said",
    [
        [],
        {},
        {"cert": {}, "key": {}},
        {"cert": {"certificates": []}, "key": {"algo": []}},
        {"cert": {"certificates": ["%%%"]}, "key": {"algo": []}},
        {"cert": {"certificates": ["AAAA"]}, "key": {"algo": []}},
        {"cert": {"certificates": [1]}, "key": {"algo": []}},
    ],
)
def test_answers_of_another_shape_are_refused(said):
    def respond(handler):
        content = json.dumps(said).encode()
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(content)

    with answering(respond) as url, pytest.raises(types.RemoteAnswerWrong):
        csc.credential(service=csc.Service(url, ""), credential_id="a")


def test_no_code_is_kept_or_shown_anywhere(render, personally, declared, code, caplog):
    secret = code()
    personally(render(), secret)

    columns = repr(list(SigningMeansRow.objects.values()))
    assert secret.value not in columns + caplog.text + repr(secret)
