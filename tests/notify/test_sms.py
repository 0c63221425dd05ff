"""Short messages are measured as telephone companies bill them."""

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from tinhso.cli.telephones import gateway
from tinhso.notify.providers import push
from tinhso.notify.rules import sms
from tinhso.notify.types import PushSubscription

GSM_SIGNS = st.text(st.sampled_from(sorted(sms.BASIC | sms.EXTENDED)), max_size=700)
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


@given(GSM_SIGNS)
def test_each_segment_fits_and_together_they_are_the_text(text):
    parts = sms.split(text)

    assert "".join(parts) == text
    most = 160 if len(parts) == 1 else 153
    assert all(len(sms.encoded(part, sms.GSM)) <= most for part in parts)
    assert len(parts) == sms.measured(text).segments


@given(ANY)
def test_what_is_beyond_gsm_is_cut_between_letters(text):
    text = f"đ{text}"
    parts = sms.split(text)

    assert "".join(parts) == text
    most = 140 if len(parts) == 1 else 134
    assert all(len(sms.encoded(part, sms.UCS2)) <= most for part in parts)
    assert len(parts) == sms.measured(text).segments


@given(GSM_SIGNS)
def test_the_other_side_reads_what_was_written(text):
    assert gateway._read(sms.encoded(text, sms.GSM), 0) == text


@given(ANY, st.integers(1, 4))
def test_what_is_too_long_is_shortened_and_says_so(text, segments):
    fitted = sms.fitted(text, segments=segments)

    assert sms.measured(fitted).segments <= segments
    assert fitted == text or fitted.endswith("...")


@given(st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạ “”…–", max_size=300))
def test_vietnamese_without_marks_goes_the_cheap_way(text):
    assert sms.measured(sms.plain(text)).coding == sms.GSM


def test_lengths_at_the_edges():
    edges = [(160, 1), (161, 2), (306, 2), (307, 3), (459, 3), (460, 4)]
    assert [sms.measured("a" * n).segments for n, _ in edges] == [s for _, s in edges]
    edges = [(70, 1), (71, 2), (134, 2), (135, 3)]
    assert [sms.measured("ế" * n).segments for n, _ in edges] == [s for _, s in edges]
    # A sign of two places is never cut: 152 + € does not fit into a part of 153.
    assert sms.measured("a" * 152 + "€" + "a" * 152).segments == 3


# Push: the example of RFC 8291, appendix A, and another implementation

BROWSER = PushSubscription(
    None,
    "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "BTBZMqHH6r4Tts7J_aSIgg",
)
OURS = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
    "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
    "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_the_standard_comes_out_byte_by_byte():
    number = int.from_bytes(push.unpadded(OURS), "big")
    key = ec.derive_private_key(number, push.CURVE)

    made = push.sealed(
        b"When I grow up, I want to be a watermelon",
        BROWSER,
        salt=push.unpadded(SALT),
        key=key,
    )

    assert made == push.unpadded(SEALED)


@given(st.binary(max_size=3000))
def test_another_implementation_opens_what_is_sealed(content):
    key, secret = ec.generate_private_key(push.CURVE), b"s" * 16
    browser = PushSubscription(
        None,
        "https://push.example.net/x",
        push.public_text(key),
        "c3Nzc3Nzc3Nzc3Nzc3Nzcw",
    )

    made = push.sealed(content, browser)

    opened = http_ece.decrypt(
        made, private_key=key, auth_secret=secret, version="aes128gcm"
    )
    assert opened == content
