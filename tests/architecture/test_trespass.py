"""Each contract was seen to catch a deliberate trespass, and is seen again each time.

A copy of the sources gets one line that breaks the house's order; the linter must
name the contract that was broken.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import tinhso

ROOT = Path(tinhso.__file__).resolve().parents[1]

TRESPASSES = {
    "a room imports a room on a higher floor": (
        "tinhso/people/queries.py",
        "import tinhso.procedures.types",
        "Rooms stand on floors: imports run down",
    ),
    "siblings import each other": (
        "tinhso/notify/queries/messages.py",
        "import tinhso.documents.types",
        "Rooms stand on floors: imports run down",
    ),
    "a module named for nothing stands in the kernel": (
        "tinhso/kernel/utils.py",
        "",
        "The kernel is a closed list",
    ),
    "a query asks an action": (
        "tinhso/people/queries.py",
        "import tinhso.people.actions",
        "Inside a room: doors above rules above words",
    ),
    "a room enters another by its tables": (
        "tinhso/notify/actions/sending.py",
        "import tinhso.people.models",
        "Other rooms see only types, queries and actions",
    ),
    "a page leans on another": (
        "tinhso/web/pages/start.py",
        "import tinhso.web.pages.gallery",
        "Pages do not lean on each other",
    ),
    "a door touches tables": (
        "tinhso/cli/doctor.py",
        "import tinhso.procedures.models",
        "Doors never touch tables",
    ),
    "words know the framework": (
        "tinhso/people/types.py",
        "import django.db",
        "Words and rules know no framework",
    ),
    "a rule of a form knows deadlines": (
        "tinhso/procedures/forms/logic.py",
        "import tinhso.procedures.deadlines.calendar",
        "Inside procedures: rows above rules above words",
    ),
    "two modules go in a circle": (
        "tinhso/web/ui/phrases.py",
        "import tinhso.web.templatetags.tinhso",
        "No circles anywhere",
    ),
}


@pytest.fixture
def copy(tmp_path):
    """A copy of the sources and their contracts."""
    shutil.copytree(
        ROOT / "tinhso",
        tmp_path / "tinhso",
        ignore=shutil.ignore_patterns("__pycache__", "static", "templates", "locale"),
    )
    shutil.copytree(ROOT / "tests/architecture", tmp_path / "tests/architecture")
    (tmp_path / "tests/__init__.py").touch()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder):
    return subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"},
    )


@pytest.mark.parametrize("trespass", TRESPASSES)
def test_a_trespass_is_caught_by_its_contract(copy, trespass):
    file, line, contract = TRESPASSES[trespass]
    target = copy / file
    old = target.read_text("utf-8") if target.exists() else '"""A new module."""\n'
    target.write_text(f"{old}\n{line}\n", "utf-8")

    result = lint(copy)

    assert result.returncode == 1, result.stdout + result.stderr
    assert f"{contract} BROKEN" in result.stdout


def test_without_a_trespass_all_contracts_are_kept(copy):
    assert lint(copy).returncode == 0
