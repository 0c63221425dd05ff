"""Vietnamese is the source, English is complete, and no page mixes the two."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tinhso.cli import messages
from tinhso.kernel.actor import SYSTEM
from tinhso.people.actions import register_person
from tinhso.security.models import Account

CATALOGUE = Path("tinhso/web/locale/en/LC_MESSAGES/django.po")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|\{[^{}]*\}|<[^<>]+>")
VIETNAMESE = re.compile(
    r"(?i)[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]",
    re.IGNORECASE,
)
# Names and the words people search by stay as they are.
NAMES = ("Tỉnh Số", "Quảng Ninh", "Tiếng Việt", "khai sinh")
PASSWORD = "mot-cau-dai-de-nho"


@pytest.fixture(autouse=True)
def _built(built):
    """Pages name their files by content, so the files come first."""


@pytest.fixture(autouse=True, scope="module")
def _compiled():
    messages.compile_all()


@pytest.fixture(scope="module")
def english():
    with CATALOGUE.open("rb") as source:
        return read_po(source, locale="en")


def forms(text):
    return [text] if isinstance(text, str) else list(text)


def test_every_text_is_translated(english):
    wanted = [message.id for message in messages.collect() if message.id]

    missing = [
        text
        for text in wanted
        if not (found := english.get(forms(text)[0]))
        or found.fuzzy  # is not compiled; so marked when a text gets a plural
        or not all(forms(found.string))
    ]

    assert not missing, "run `tinhso messages collect` and translate these"


def test_placeholders_and_marks_are_kept(english):
    different = [
        (forms(message.id)[0], text)
        for message in english
        if message.id
        for text in forms(message.string)
        if text
        and sorted(PLACEHOLDER.findall(text))
        != sorted(PLACEHOLDER.findall(forms(message.id)[0]))
    ]

    assert not different


def test_english_texts_hold_no_vietnamese(english):
    mixed = [text for m in english if m.id for text in forms(m.string) if left(text)]

    assert not mixed


def left(text):
    """Tell which words of a text are still Vietnamese."""
    for name in NAMES:
        text = text.replace(name, "")
    return [word for word in text.split() if VIETNAMESE.search(word)]


def seen(response):
    """Read what people see: no scripts, tags, or the map's names of places."""
    text = response.content.decode()
    text = re.sub(r"(?s)<(script|style|title>[^<]*</title|svg).*?</\1>", " ", text)
    return re.sub(r"<[^>]+>", " ", text)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/tai-khoan/dang-nhap", "/khong-co"])
@pytest.mark.parametrize("way", ["header", "cookie"])
def test_a_page_asked_for_in_english_is_english(client, address, way):
    headers = {"accept-language": "en"} if way == "header" else {}
    if way == "cookie":
        client.cookies["django_language"] = "en"

    response = client.get(address, headers=headers)

    assert b'<html lang="en">' in response.content
    assert left(seen(response)) == []


@pytest.fixture
def account(db, now):
    person = register_person(full_name="Nguyễn Thị Hoa", actor=SYSTEM, at=now)
    account = Account(username="hoa", person_id=person.id, created_at=now)
    account.set_password(PASSWORD)
    account.save()


def sign_in(client, password, language):
    return client.post(
        "/tai-khoan/dang-nhap",
        {"login": "hoa", "password": password, "next": "/tai-khoan/bao-mat/"},
        headers={"accept-language": language},
        follow=True,
    ).content.decode()


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("language", "password", "said"),
    [
        ("vi", PASSWORD, "Bạn đã đăng nhập."),
        ("en", PASSWORD, "You are signed in."),
        ("vi", "khong-dung", "Tên đăng nhập hoặc mật khẩu chưa đúng."),
        ("en", "khong-dung", "The user name or the password is not right."),
    ],
)
def test_the_sign_in_library_speaks_the_language_of_the_page(
    client, language, password, said
):
    assert said in sign_in(client, password, language)
