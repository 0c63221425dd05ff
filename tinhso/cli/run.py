"""`tinhso run`: database, migrations, packs, server and worker, in one command."""

import os
import signal
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

import click
import httpx
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from tinhso.cli import children, demo, postgres
from tinhso.cli.children import Child
from tinhso.cli.output import answer, json_option
from tinhso.cli.outside import USUAL_PORT, Outside, of_the_demo
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.packs import actions as packs

BIN = Path(sys.executable).parent
WAIT_SECONDS = 60
STARTS_AT_ONCE = 3
WORKER_NICENESS = 10


@click.command("migrate")
@json_option
def migrate(as_json: bool) -> None:
    """Bring the database up to date. JSON: `migrated`."""
    call_command("migrate", interactive=False, verbosity=0)
    answer({"migrated": True}, "The database is up to date.", as_json=as_json)


@click.command("run")
@click.option("--port", default=USUAL_PORT, show_default=True)
@click.option("--workers", default=1, show_default=True, help="Server processes.")
def command(port: int, workers: int) -> None:
    """Start everything on this machine and serve until Ctrl+C."""
    _refuse_taken(port)
    _step("Bringing the database up to date")
    call_command("migrate", interactive=False, verbosity=0)
    _step("Applying the packs")
    packs.apply_if_changed(
        settings.TINHSO_PACKS,
        actor=SYSTEM,
        at=clock.now(),
        with_demo=settings.TINHSO_DEMO,
    )
    if settings.TINHSO_DEMO:
        _step("Preparing people and dossiers for the demonstration")
        demo.prepare(at=clock.now())
    _step("Starting the server and the worker")
    environment = {**os.environ, "DATABASE_URL": database_url()}
    outside = of_the_demo(port, environment, clock.now())
    connection.close()
    # The platform serves without them, too; people are told what does not answer.
    beside = [
        _start(name, words, environment) for name, words in outside.processes.items()
    ]
    if settings.TINHSO_BACKUP_FOLDER:
        beside.append(_start("log of backups", receiver_command(), environment))
    needed = [
        _start("server", server_command(port=port, workers=workers), environment),
        _start("worker", worker_command(), environment),
    ]
    _stop_on_signals()
    try:
        _wait_until_served(port, needed)
        click.echo(_welcome(port, outside))
        children.watch([*needed, *beside], also=_keep_database, say=_complain)
    finally:
        children.end([*needed, *beside])


def _keep_database() -> None:
    """Start the embedded PostgreSQL again if it is gone."""
    is_ours = not os.environ.get("DATABASE_URL")
    if is_ours and postgres.revive(settings.TINHSO_HOME):
        _complain("The database was gone; it is started again.")


def _complain(text: str) -> None:
    click.echo(f"! {text}", err=True)


def server_command(*, port: int, workers: int = 1) -> list[str]:
    """Tell how the server is started."""
    return [
        *(sys.executable, "-m", "tinhso.project.server", "--interface", "wsgi"),
        *("--host", os.environ.get("TINHSO_HOST", "127.0.0.1"), "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", "8"),
        # A process that died is replaced; one that does not end when told is killed.
        *("--respawn-failed-workers", "--workers-kill-timeout", "5"),
        *("--no-ws", "--log-level", "warning"),
        "tinhso.project.wsgi:application",
    ]


def worker_command() -> list[str]:
    """Tell how the worker is started."""
    return [
        # People who wait for a page come first; receipts and messages can follow.
        *("nice", "-n", str(WORKER_NICENESS)),
        *(sys.executable, "-m", "django", "procrastinate", "worker"),
        # A system outside that is slow holds one place, and the others go on.
        *("--concurrency", "4"),
    ]


def receiver_command() -> list[str]:
    """Tell how the log of backups is kept."""
    return [str(BIN / "tinhso"), "backup", "receive"]


def _start(name: str, words: Sequence[str], environment: dict[str, str]) -> Child:
    settings_name = {"DJANGO_SETTINGS_MODULE": "tinhso.project.settings"}
    return Child(name, words, {**environment, **settings_name})


def _stop_on_signals() -> None:
    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)


def _refuse_taken(port: int) -> None:
    """Stop before anything starts if another program listens at the port."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            message = f"port {port} is taken; choose another with --port"
            raise click.ClickException(message)


def _wait_until_served(port: int, needed: Sequence[Child]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        for child in needed:
            child.mend(_complain)
            if child.starts > STARTS_AT_ONCE:
                message = f"the {child.name} ends each time it is started"
                raise click.ClickException(message)
        try:
            httpx.get(f"http://127.0.0.1:{port}/suc-khoe", timeout=2)
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise click.ClickException(f"no answer on port {port} in {WAIT_SECONDS} s")


def database_url() -> str:
    """Tell where the database is, as `DATABASE_URL` would."""
    values = connection.settings_dict
    auth = f"{values['USER']}:{values['PASSWORD']}@" if values["USER"] else ""
    if str(values["HOST"]).startswith("/"):
        return f"postgresql://{auth}/{values['NAME']}?host={values['HOST']}"
    port = f":{values['PORT']}" if values["PORT"] else ""
    return f"postgresql://{auth}{values['HOST']}{port}/{values['NAME']}"


def _welcome(port: int, outside: Outside) -> str:
    if not settings.TINHSO_DEMO:
        return _plain(port)
    return demo.welcome(
        port=port,
        codes=outside.environment.get("TINHSO_REMOTE_SIGNING_URL", ""),
        telephones=outside.environment.get("TINHSO_SMS_URL", ""),
        asked=outside.asked,
    )


def _plain(port: int) -> str:
    return f"Serving on http://localhost:{port}. Ctrl+C stops."


def _step(text: str) -> None:
    click.echo(f"· {text} …")
