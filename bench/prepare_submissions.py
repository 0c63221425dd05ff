"""A database of its own for the submissions benchmark, and a server on it.

`python -m bench.prepare_submissions` makes it and prints what the clients need;
`--fill DOSSIERS` fills it besides with those of a province;
`--serve PORT [APPLICATION]` serves it until it is ended; `--drop` takes it away.
"""

import json
import os
import sys
from datetime import timedelta
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tinhso.cli.postgres import ensure_running

NAME = "tinhso_bench"
ROOT = Path(__file__).resolve().parents[1]


def main(words: list[str]) -> None:
    """Do what the words say."""
    base = os.environ.get("DATABASE_URL") or ensure_running(ROOT / "var")
    if words[:1] == ["--drop"]:
        _admin(base, f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        return
    values = conninfo_to_dict(base) | {"dbname": NAME}
    url = (
        f"postgresql://{values.get('user', '')}:{values.get('password') or ''}@"
        f"/{NAME}?host={values['host']}"
        if str(values.get("host", "")).startswith("/")
        else make_conninfo(**values)
    )
    os.environ["DATABASE_URL"] = url
    os.environ["TINHSO_HOME"] = os.environ["TINHSO_BENCH_HOME"]
    os.environ["TINHSO_SECRET_KEY"] = "bench"
    # One client stands for a whole province.
    os.environ["TINHSO_WRITES_IN_TEN_MINUTES"] = str(10**9)
    if words[:1] == ["--serve"]:
        _serve(*words[1:])
    _admin(base, f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    _admin(base, f"CREATE DATABASE {NAME}")
    prepared: dict[str, object] = {**fill(), "database_url": url}
    if words[:1] == ["--fill"]:
        prepared |= fill_province(url, int(words[1]))
    print(json.dumps(prepared))


def _admin(base: str, statement: str) -> None:
    with psycopg.connect(base, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[arg-type]


def _serve(port: str, application: str = "tinhso.project.wsgi:application") -> None:
    command = [
        str(Path(sys.executable).parent / "granian"),
        *("--interface", "wsgi", "--host", "127.0.0.1", "--port", port),
        # One more process than cores; threads of one process wait for each other.
        *("--workers", "3", "--blocking-threads", "1", "--log-level", "error"),
        application,
    ]
    os.execv(command[0], command)  # noqa: S606


def fill(*, valid_for: timedelta = timedelta(hours=1)) -> dict[str, object]:
    """Apply the packs with their people; answer token, units and answers of a client.

    valid_for: how long the token is good. Sets Django up on `DATABASE_URL`.
    """
    import django  # noqa: PLC0415 - the database is chosen above

    django.setup()
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    from tinhso.cli import demo  # noqa: PLC0415
    from tinhso.kernel import clock  # noqa: PLC0415
    from tinhso.kernel.actor import SYSTEM  # noqa: PLC0415
    from tinhso.kernel.packs import actions as packs  # noqa: PLC0415
    from tinhso.people import queries as people  # noqa: PLC0415
    from tinhso.security import actions as security  # noqa: PLC0415
    from tinhso.security import queries as accounts  # noqa: PLC0415

    at = clock.now()
    call_command("migrate", interactive=False, verbosity=0)
    packs.apply(settings.TINHSO_PACKS, actor=SYSTEM, at=at, with_demo=True)
    demo.prepare(at=at)
    account = accounts.get_account(username="nguyenthihoa")
    assert account is not None
    token = security.issue_token(
        account_id=account.id,
        label="bench",
        valid_for=valid_for,
        actor=SYSTEM,
        at=at,
    )
    units = people.receiving_organizations(level="commune", on=clock.local(at).date())
    rows = demo.read("dossiers.yaml")["dossiers"]
    return {
        "token": token.secret,
        "units": [str(unit.id) for unit in units],
        "answers": rows[0]["answers"],
    }


def fill_province(url: str, dossiers: int) -> dict[str, object]:
    """Fill it with dossiers; answer a clerk's cookie, and one dossier of their desk.

    Django is set up by then.
    """
    from django.conf import settings  # noqa: PLC0415 - set up in `fill`
    from django.test import Client  # noqa: PLC0415

    from bench.fill_province import fill  # noqa: PLC0415
    from tinhso.kernel import clock  # noqa: PLC0415
    from tinhso.people import queries as people  # noqa: PLC0415
    from tinhso.procedures.models import DossierRow  # noqa: PLC0415
    from tinhso.security.models import Account  # noqa: PLC0415

    at = clock.now()
    fill(url, dossiers=dossiers, now=at.isoformat())
    name, cookies = settings.SESSION_COOKIE_NAME, {}
    for username in ("canbo.motcua", "kiemsoat.trungtam"):
        client = Client()
        client.force_login(Account.objects.get(username=username))
        cookies[username] = f"{name}={client.cookies[name].value}"
    ward = people.organization_by_key(key="xa_06688", on=clock.local(at).date())
    rows = DossierRow.objects.filter(
        organization_id=ward.id, idempotency_key__startswith="fill-"
    )
    # Descending, an open one comes first: it has not ended.
    dossier = rows.order_by("-ended_at", "id")[0]
    return {
        "cookie": cookies["canbo.motcua"],
        "controller": cookies["kiemsoat.trungtam"],
        "year": f"tu={at:%Y-01-01}&den={at:%Y-12-31}",
        "dossier": str(dossier.id),
        "code": dossier.code,
    }


if __name__ == "__main__":
    main(sys.argv[1:])
