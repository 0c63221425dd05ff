"""Files that a restored platform lacks come back from the lake, or are named."""

import json

import pytest
from click.testing import CliRunner

from tests.lake.conftest import forget
from tests.opendata.places import body, figures, stay
from tinhso.cli.main import main
from tinhso.opendata import queries
from tinhso.opendata.providers.files import file_of


@pytest.fixture
def restore(content):
    """Run the command; answer what it says and how it ended."""

    def do():
        result = CliRunner().invoke(main, ["opendata", "restore", "--json"])
        assert isinstance(result.exception, SystemExit | None), result.exception
        return json.loads(result.output), result.exit_code

    return do


@pytest.fixture
def versions(stays, enter, publish):
    """Two versions of figures with hidden cells, of two states of the lake."""
    stays(*(stay(nights=n, reason=r) for r in ("tour", "visit") for n in range(8)))
    stays(stay(reason="rare"))
    enter(figures())
    first = publish()
    stays(*(stay(nights=n) for n in range(9)))
    return first, publish()


def path(version):
    return file_of(version.slug, version.number, version.sha256)


def test_files_that_are_there_stay(versions, restore):
    assert restore() == ({"kept": 2, "remade": [], "missing": []}, 0)


def test_files_that_are_gone_are_made_anew_byte_for_byte(versions, restore):
    before = [path(one).read_bytes() for one in versions]
    path(versions[0]).unlink()
    path(versions[1]).chmod(0o640)
    path(versions[1]).write_bytes(before[1][:-1] + b"x")

    told, ended = restore()

    assert (told["kept"], ended) == (0, 0)
    assert [one["number"] for one in told["remade"]] == [1, 2]
    assert [path(one).read_bytes() for one in versions] == before


def test_what_the_lake_no_longer_has_is_named_and_nothing_takes_its_place(
    versions, restore, stays
):
    for one in versions:
        path(one).unlink()
    # As after a restore: the tables are new, and have none of the old states.
    forget()
    stays(stay())

    told, ended = restore()

    assert ended == 1
    assert {(one["number"], one["why"]) for one in told["missing"]} == {
        (1, "RowsMovedOn"),
        (2, "FileMissing"),
    }
    assert not any(path(one).exists() for one in versions)


def test_a_rebuilt_lake_that_says_the_same_gives_the_file_back(
    stays, enter, publish, restore
):
    rows = [stay(commune="06688", reason="tour", nights=n) for n in range(20)]
    stays(*rows)
    enter(body("commune", "nights"))
    made = publish()
    before = path(made).read_bytes()
    path(made).unlink()
    forget()
    stays(*reversed(rows))

    told, ended = restore()

    assert (ended, len(told["remade"])) == (0, 1)
    assert path(made).read_bytes() == before
    assert queries.parquet_of(version=made) == path(made)
