"""`tinhso doctor`: is everything there that the platform needs?"""

from collections.abc import Callable
from datetime import timedelta

import click
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tinhso.cli import backup
from tinhso.cli.output import answer, json_option
from tinhso.documents import queries as documents
from tinhso.kernel import clock
from tinhso.kernel.audit import checking
from tinhso.kernel.packs import actions as packs
from tinhso.lake import queries as lake
from tinhso.procedures import queries as procedures

LAKE_PATIENCE = timedelta(minutes=5)


@click.command("doctor")
@json_option
def command(as_json: bool) -> None:
    """Check database, migrations, packs, journal, dossiers, lake, inspection, backup.

    JSON: `checks`, each `name`, `ok`, `detail`.
    """
    results = [_run(name, check) for name, check in CHECKS.items()]
    lines = [
        f"{'ok  ' if ok else 'FAIL'} {name}: {detail}" for name, ok, detail in results
    ]
    content = {"checks": [{"name": n, "ok": ok, "detail": d} for n, ok, d in results]}
    success = all(ok for _, ok, _ in results)
    answer(content, "\n".join(lines), as_json=as_json, success=success)


def _run(name: str, check: Callable[[], tuple[bool, str]]) -> tuple[str, bool, str]:
    try:
        return name, *check()
    except Exception as error:  # noqa: BLE001 - a doctor reports every illness
        return name, False, f"{type(error).__name__}: {error}"


def _database() -> tuple[bool, str]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0])
        cursor.execute("SHOW fsync")
        fsync = cursor.fetchone()[0]
    return version >= 150000 and fsync == "on", f"PostgreSQL {version}, fsync {fsync}"


def _migrations() -> tuple[bool, str]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return not plan, f"{len(plan)} not applied"


def _packs() -> tuple[bool, str]:
    faults = packs.check(settings.TINHSO_PACKS)
    return not faults, "; ".join(map(str, faults)) or "all content is valid"


def _journal() -> tuple[bool, str]:
    report = checking.verify()
    detail = f"{report.entries} sealed, {report.unsealed} awaiting their seal"
    return not report.faults, "; ".join(report.faults) or detail


def _dossiers() -> tuple[bool, str]:
    lost = procedures.silent_dossiers(at=clock.now())
    return not lost, ", ".join(lost) or "every open one has an owner and a due date"


def _portal() -> tuple[bool, str]:
    backlog = procedures.portal_backlog(at=clock.now())
    detail = f"{backlog.waiting} waiting, {backlog.stuck} stuck"
    return not backlog.stuck, f"{detail} {backlog.last_error}".strip()


def _lake() -> tuple[bool, str]:
    found, oldest = lake.backlog(), clock.now() - LAKE_PATIENCE
    in_time = found.since is None or found.since > oldest
    detail = f"{found.waiting} rows waiting, {found.set_aside} set aside"
    return in_time, f"{detail}; {lake.place()}"


def _inspection() -> tuple[bool, str]:
    state = documents.inspection_state()
    network = "no descriptors, network seen" if state["network"] else "no network"
    ocr = "reads scans" if state["ocr"] else "scans are NOT read: no tesseract-ocr-vie"
    scanner = state["scanner"] or "no virus scanner"
    return True, f"{network}; {ocr}; {scanner}"


def _backup() -> tuple[bool, str]:
    return backup.state(at=clock.now())


CHECKS: dict[str, Callable[[], tuple[bool, str]]] = {
    "database": _database,
    "migrations": _migrations,
    "packs": _packs,
    "journal": _journal,
    "dossiers": _dossiers,
    "portal": _portal,
    "lake": _lake,
    "inspection": _inspection,
    "backup": _backup,
}
