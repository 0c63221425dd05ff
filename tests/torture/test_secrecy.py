"""The checkers of secret papers find what is left behind; then the short form."""

import httpx
import psycopg
import pytest
from django.db import connection

from tests import tools
from tinhso.documents.types import FileSecret
from torture import papers, secrecy, traces


def test_a_canary_in_a_file_its_name_or_a_log_is_found(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "kept").write_bytes(b"\0..KIMTUOCabcx01..\xff")
    (tmp_path / "KIMTUOCabcx02.tmp").touch()
    log = tmp_path / "server.log"
    log.write_text("POST KIMTUOCabcx03\n")

    assert traces.in_files("KIMTUOCabc", [tmp_path / "sub", log]) == {
        "KIMTUOCabcx01",
        "KIMTUOCabcx03",
    }
    assert "KIMTUOCabcx02" in traces.in_files("KIMTUOC", [tmp_path])
    assert traces.in_files("KIMTUOCdef", [tmp_path]) == set()


def test_a_canary_in_any_column_of_any_table_is_found(db):
    values = connection.get_connection_params()
    url = psycopg.conninfo.make_conninfo(
        host=values["host"], dbname=values["dbname"], user=values.get("user") or ""
    )
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("CREATE TABLE left_here (body jsonb)")
        try:
            assert traces.in_database("KIMTUOCabc", url) == set()
            other.execute("""INSERT INTO left_here VALUES ('{"a": "KIMTUOCabcx9"}')""")

            assert traces.in_database("KIMTUOCabc", url) == {"KIMTUOCabcx9"}
        finally:
            other.execute("DROP TABLE left_here")


def test_a_file_that_lives_for_a_moment_is_seen(tmp_path):
    with traces.watched(tmp_path) as made:
        (tmp_path / "brief").write_bytes(b"x")
        (tmp_path / "brief").unlink()

    assert made == ["brief"]


@pytest.mark.parametrize(
    ("status", "name", "title", "is_right"),
    [
        (422, "FileSecret", str(FileSecret(name="a.pdf")), True),
        (201, "FileSecret", str(FileSecret(name="a.pdf")), False),
        (422, "FileTruncated", str(FileSecret(name="a.pdf")), False),
        (422, "FileSecret", "Không được.", False),
    ],
)
def test_only_a_refusal_that_says_what_to_do_counts(status, name, title, is_right):
    told = {"type": f"urn:tinhso:refused:{name}", "title": title}

    assert secrecy.is_refused(httpx.Response(status, json=told)) is is_right


def test_each_paper_carries_its_canary_in_plain_bytes():
    made = [
        *papers.marked(seed=1, count=len(papers.MARKED), run="r"),
        *papers.ordinary(seed=1, count=len(papers.ORDINARY), run="r"),
        *papers.marked_scans(seed=1, count=2, run="r"),
    ]

    assert all(paper.canary.encode() in paper.content for paper in made)
    assert len({paper.canary for paper in made}) == len(made)


def test_secret_papers_are_refused_and_leave_nothing_behind():
    (figure,) = secrecy.measure(short=True)

    if not tools.has_tesseract():
        assert figure.reached is None
        pytest.skip(tools.NO_TESSERACT)
    # Few scans: one missed in twenty is within the goal, two may be chance.
    assert figure.counts["refused %"] == 100, figure.line()
    assert figure.counts["of them refused %"] >= 85, figure.line()
    assert figure.counts["false alarms %"] <= 2, figure.line()
    assert figure.counts["traces"] == figure.counts["temporary files"] == 0
