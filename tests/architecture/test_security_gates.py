"""Tools that look for faults find none, and would find one that is planted."""

from pathlib import Path

import pytest

from torture import hardening

needs_tools = pytest.mark.skipif(
    not hardening.TOOLS.exists(), reason="`make check` installs them"
)
BAD = """
import pickle, subprocess
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
def view(request):
    cursor.execute("SELECT " + request.GET["x"])
    open(request.POST["f"])
    httpx.get(request.POST["u"], verify=False)
    subprocess.run("ls", shell=True)
    pickle.loads(request.body)
    LOG.warning("x %s", request.POST)
    return redirect(request.GET["to"])
"""
PAGE = "<p>{{ name|safe }}</p><script>alert(1)</script>"


@pytest.fixture
def planted(tmp_path):
    (tmp_path / "bad.py").write_text(BAD)
    (tmp_path / "bad.html").write_text(PAGE)
    return tmp_path


def test_bandit_finds_nothing_nobody_has_looked_at():
    assert hardening.bandit() == []


def test_bandit_finds_what_is_planted(planted):
    assert {found.split()[0] for found in hardening.bandit(str(planted))} >= {
        "B301",
        "B602",
    }


def test_what_was_looked_at_is_still_there():
    for _, path in hardening.REVIEWED:
        assert Path(hardening.ROOT, path).exists(), path


@needs_tools
def test_our_own_rules_find_nothing():
    assert hardening.semgrep() == []


@needs_tools
def test_our_own_rules_find_what_is_planted(planted):
    rules = {found.split()[0] for found in hardening.semgrep(str(planted))}

    assert rules == {
        "no-csrf-exemption",
        "no-statement-from-a-request",
        "no-path-from-a-request",
        "no-redirect-to-a-request",
        "no-call-to-a-request",
        "no-unverified-tls",
        "no-shell",
        "no-code-from-data",
        "no-secrets-in-the-log",
        "no-unescaped-value-in-a-template",
        "no-inline-script-in-a-template",
    }


@needs_tools
def test_the_bill_of_materials_names_every_library_and_script():
    names = {one["name"].lower() for one in hardening.components()}
    locked = Path(hardening.ROOT, "requirements.lock").read_text("utf-8")

    assert {"django", "htmx.org"} <= names
    assert len(names) >= locked.count("==")
