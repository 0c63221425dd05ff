"""An operator's round: a key, a backup, a drill, and what the doctor says of it."""

import subprocess
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from tests.test_run import until
from tinhso.cli.backups import log, receive, sealing
from torture.cluster import private_home
from torture.serving import BIN


@pytest.mark.slow
def test_a_backup_is_made_checked_and_shown_to_come_back(operator):
    assert "NoRecipientSet" in operator.ask("backup", "create").stderr
    made = operator.told("backup", "key", str(operator.key))
    operator.environment["TINHSO_BACKUP_RECIPIENTS"] = made["recipient"]
    assert operator.doctor()["detail"] == f"none yet in {operator.folder}"

    saved = operator.told("backup", "create")
    (listed,) = operator.told("backup", "list")["backups"]
    never_tried = operator.doctor()
    drilled = operator.told("drill", "--key", str(operator.key))
    tried = operator.doctor()

    assert (listed["backup"], listed["rows"]) == (saved["backup"], saved["rows"])
    assert operator.told("backup", "check") == {"backups": 1, "pieces": 4}
    assert not never_tried["ok"] and "last drill never" in never_tried["detail"]
    assert tried["ok"] and "last drill 0 days ago" in tried["detail"]
    assert (drilled["backup"], drilled["rows"]) == (saved["backup"], saved["rows"])
    assert drilled["root"] == saved["root"]
    assert drilled["minutes"] > 0
    assert list((operator.home / "backup").glob("drill-*")) == []

    operator.environment["TINHSO_DRILL_EVERY_DAYS"] = "-1"
    assert not operator.doctor()["ok"]


@pytest.mark.slow
def test_published_files_come_back_elsewhere(operator):
    made = operator.told("backup", "key", str(operator.key))
    operator.environment["TINHSO_BACKUP_RECIPIENTS"] = made["recipient"]
    published = operator.home / "opendata" / "luu-tru" / "1-0123456789abcdef.parquet"
    published.parent.mkdir(parents=True)
    published.write_bytes(b"PAR1" + bytes(range(256)))

    operator.told("backup", "create")
    with private_home() as place:
        elsewhere = place / "elsewhere"
        words = ("--into", str(elsewhere), "--key", str(operator.key))
        operator.told("restore", str(operator.folder), *words)

        found = elsewhere / published.relative_to(operator.home)
        assert found.read_bytes() == published.read_bytes()
    assert operator.told("opendata", "restore") == {
        "kept": 0,
        "remade": [],
        "missing": [],
    }


@pytest.fixture
def receiver(operator):
    """Make a receiver of the operator's database, and start it; answer both."""
    signer = sealing.signing_key(home=operator.home).public_key()
    recipient = sealing.write_key_file(file=operator.key, signer=signer)
    started = []

    def start():
        made = receive.Receiver(
            folder=operator.folder,
            home=operator.home,
            url=operator.url,
            recipients=sealing.recipients_of(texts=[recipient]),
        )
        started.append(made.start())
        return made, started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()
    drop_slot(operator)


def drop_slot(operator):
    with psycopg.connect(operator.url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(active_pid), pg_sleep(0.3)"
            " FROM pg_replication_slots WHERE slot_name = %s AND active",
            (receive.SLOT,),
        )
        connection.execute("SELECT pg_drop_replication_slot(%s)", (receive.SLOT,))


def ship(receiver, operator, now, *, segments=1):
    """Have something written, and ship until something came."""
    with psycopg.connect(operator.url, autocommit=True) as connection:
        for _ in range(segments):
            connection.execute("SELECT pg_current_xact_id()")
            connection.execute("SELECT pg_switch_wal()")
    return until(lambda: receiver.ship(at=now))


@pytest.mark.slow
def test_a_receiver_goes_on_where_the_one_before_ended(receiver, operator, now):
    first, process = receiver()
    assert ship(first, operator, now)
    process.kill()
    process.wait()

    second, _ = receiver()
    assert ship(second, operator, now, segments=2)

    (epoch,) = log.epochs(folder=operator.folder)
    recovery = sealing.read_key_file(file=operator.key)
    records = list(log._since(operator.folder, None, recovery.signer, []))
    assert len(records) >= 2, epoch
    places = [(one.segment, one.offset) for one, _ in records]
    assert places == sorted(places)


@pytest.mark.slow
def test_what_was_not_received_begins_another_epoch(receiver, operator, now):
    first, process = receiver()
    assert ship(first, operator, now)
    process.kill()
    process.wait()
    drop_slot(operator)
    with psycopg.connect(operator.url, autocommit=True) as connection:
        for _ in range(3):
            connection.execute("SELECT pg_current_xact_id()")
            connection.execute("SELECT pg_switch_wal()")
        # A new slot begins with the last one.
        connection.execute("CHECKPOINT")

    second, _ = receiver()
    assert ship(second, operator, now + timedelta(seconds=1))

    assert len(log.epochs(folder=operator.folder)) == 2


def test_a_restore_asks_for_no_database_and_no_secret(tmp_path):
    environment = {"PATH": "/usr/bin:/bin", "TINHSO_HOME": str(tmp_path / "home")}
    (tmp_path / "backups").mkdir()
    (tmp_path / "key").write_text("no key")

    result = subprocess.run(
        [
            *(BIN / "tinhso", "restore", tmp_path / "backups"),
            *("--into", tmp_path / "home", "--key", tmp_path / "key"),
        ],
        env=environment,
        capture_output=True,
        text=True,
    )

    assert result.returncode == 1
    assert "KeyFileUnreadable" in result.stderr
    assert sorted(one.name for one in Path(tmp_path).iterdir()) == ["backups", "key"]
