"""A database and a home of a benchmark's own, and the process that measures in them."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import submissions
from tinhso.cli.postgres import ensure_running

PREPARE = "bench.prepare_submissions"


def measure(module: str, *words: str) -> None:
    """Run `MODULE --measure` apart from everything; words: how the database is filled.

    Django is set up once a process and stays with one database, so it is another one.
    """
    if not os.environ.get("DATABASE_URL"):
        # It stops with the last process that asked for it, and should not before us.
        ensure_running(Path(__file__).resolve().parents[1] / "var")
    with tempfile.TemporaryDirectory(prefix="tinhso-bench-") as home:
        environment = {
            **os.environ,
            "TINHSO_BENCH_HOME": home,
            "DJANGO_SETTINGS_MODULE": "tinhso.project.settings",
        }
        prepared = json.loads(submissions.python(environment, "-m", PREPARE, *words))
        try:
            filled = environment | {
                "DATABASE_URL": prepared["database_url"],
                "TINHSO_HOME": home,
                "TINHSO_SECRET_KEY": "bench",
            }
            measuring = [sys.executable, "-m", module, "--measure"]
            subprocess.run(measuring, env=filled, check=True)
        finally:
            submissions.python(environment, "-m", PREPARE, "--drop")
