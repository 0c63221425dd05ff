"""G20: what the standard asks is answered; tools that look for faults find none.

Every requirement of ASVS 5.0, levels 1 and 2, has its answer in `asvs.yaml`. Bandit
reads all code, semgrep by rules of our own; schemathesis asks a running platform all
that its OpenAPI allows, as a citizen and as nobody, and counts server errors. What
cannot be run here says so.
"""

import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import yaml

from torture.cluster import cluster, private_home
from torture.figures import Figure
from torture.prepare import ROOT, environment_of, prepare
from torture.serving import Platform, platform

COMMAND = "python -m torture G20"
ANSWERS = ROOT / "docs" / "reference" / "asvs.yaml"
BIN = Path(sys.executable).parent
TOOLS = ROOT / ".venv-tools" / "bin"
NOT_RUN = "not run"
LONG, SHORT = 100, 4  # examples of each operation
# What bandit finds and ruff's S rules do not, each looked at.
REVIEWED = {
    ("B603", "tinhso/cli/assets.py"): "starts node with words of our own",
    ("B405", "tinhso/procedures/workflow/bpmn.py"): "writes XML and reads none",
    ("B405", "tinhso/payments/providers/statements.py"): "defusedxml reads it",
    ("B405", "tinhso/exchange/providers/xml_reading.py"): "defusedxml reads it",
    ("B405", "tinhso/exchange/providers/edxml_writing.py"): "writes XML, reads none",
    ("B106", "tinhso/documents/models.py"): "an empty text in a constraint",
    ("B105", "tinhso/cli/backups/restoring.py"): "the name of a file",
    ("B105", "tinhso/cli/identity.py"): "the kind of a token, a word of RFC 6749",
}
# That `subprocess` is imported; each call of it is looked at by itself.
SKIPPED = "B404"


def measure(*, short: bool) -> Iterator[Figure]:
    """Count answers and findings, and ask the interface."""
    answers = Counter(one["status"] for one in asvs().values())
    asked = ask_everything(SHORT if short else LONG)
    found: dict[str, int | str] = {
        "answered": sum(answers.values()),
        **{name: answers[name] for name in ("holds", "partly", "missing")},
        "operator": answers["operator"],
        "unused": answers["unused"],
        "bandit": len(bandit()),
        "semgrep": len(semgrep()) if TOOLS.exists() else NOT_RUN,
        "calls": asked["calls"],
        "server_errors": asked["server_errors"],
        "components": len(components()) if TOOLS.exists() else NOT_RUN,
        "advisories": NOT_RUN,
    }
    wrong = [found["bandit"], found["semgrep"], found["server_errors"]]
    yield Figure(
        "G20",
        found,
        n=asked["calls"],
        reached=not any(wrong) and not answers["missing"],
        command=COMMAND,
        note="Answered by ourselves; nobody outside has judged it. Advisories need a"
        " database that cannot be fetched here.",
    )


def asvs() -> dict[str, dict[str, str]]:
    """Read the answers, by requirement."""
    answers: dict[str, dict[str, str]] = yaml.safe_load(ANSWERS.read_text("utf-8"))[
        "answers"
    ]
    return answers


def bandit(*folders: str) -> list[str]:
    """List what bandit finds that nobody has looked at."""
    where = folders or ("tinhso", "verify")
    result = subprocess.run(
        [str(BIN / "bandit"), "-q", "-f", "json", "-s", SKIPPED, "-r", *where],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return [
        f"{one['test_id']} {one['filename']}:{one['line_number']}"
        for one in json.loads(result.stdout)["results"]
        if (one["test_id"], one["filename"]) not in REVIEWED and not _is_marked(one)
    ]


def _is_marked(finding: dict[str, object]) -> bool:
    """Tell whether the line says why ruff's rule of the same kind does not hold."""
    lines = Path(ROOT, str(finding["filename"])).read_text("utf-8").splitlines()
    where = finding["line_range"]
    assert isinstance(where, list)
    return any("noqa: S" in line for line in lines[min(where) - 1 : max(where)])


def semgrep(*folders: str) -> list[str]:
    """List what our own rules find."""
    words = ("scan", "--config", "semgrep.yaml", "--json", "--quiet", "--metrics=off")
    where = folders or ("tinhso", "verify", "packs")
    result = subprocess.run(
        [str(TOOLS / "semgrep"), *words, "--disable-version-check", *where],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [
        f"{one['check_id'].rpartition('.')[2]} {one['path']}:{one['start']['line']}"
        for one in json.loads(result.stdout)["results"]
    ]


def components() -> list[dict[str, str]]:
    """List what the platform is made of, as CycloneDX says it."""
    words = ("requirements", "requirements.lock", "--output-reproducible")
    result = subprocess.run(
        [str(TOOLS / "cyclonedx-py"), *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    python: list[dict[str, str]] = json.loads(result.stdout)["components"]
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    return python + [
        {
            "type": "library",
            "name": path.removeprefix("node_modules/"),
            "version": one["version"],
        }
        for path, one in packages.items()
        if path
    ]


def ask_everything(examples: int) -> Counter[str]:
    """Ask a running platform what its OpenAPI allows; count calls and server errors."""
    found = Counter[str]()
    with private_home() as home:
        prepared = prepare(home)
        environment = environment_of(home, DATABASE_URL=prepared.url)
        with (
            cluster(home, prepared.url),
            platform(environment, workers=2) as served,
        ):
            for headers in ({}, {"Authorization": f"Bearer {prepared.target.token}"}):
                found += _schemathesis(served, home, headers, examples)
    return found


def _schemathesis(
    served: Platform, home: Path, headers: dict[str, str], examples: int
) -> Counter[str]:
    report = home / "calls.ndjson"
    words: list[str | Path] = [
        *(BIN / "schemathesis", "run"),
        f"http://127.0.0.1:{served.port}/api/v1/openapi.json",
        *("--checks", "not_a_server_error", "--phases", "examples,coverage,fuzzing"),
        *("--max-examples", str(examples), "--seed", "20", "--workers", "2"),
        *("--warnings", "off", "--suppress-health-check", "all"),
        *("--report", "ndjson", "--report-ndjson-path", report),
        *(w for name, value in headers.items() for w in ("-H", f"{name}: {value}")),
    ]
    subprocess.run(words, cwd=home, capture_output=True, check=False, timeout=3600)
    statuses = Counter[int]()
    for line in report.read_text("utf-8").splitlines():
        for status in _statuses(json.loads(line)):
            statuses[status] += 1
    shutil.rmtree(home / ".schemathesis", ignore_errors=True)
    return Counter(
        calls=sum(statuses.values()),
        server_errors=sum(n for status, n in statuses.items() if status >= 500),
    )


def _statuses(said: object) -> Iterator[int]:
    """Find the statuses of all responses in an event of the report."""
    if isinstance(said, dict):
        if isinstance(said.get("status_code"), int):
            yield said["status_code"]
        for part in said.values():
            yield from _statuses(part)
    elif isinstance(said, list):
        for part in said:
            yield from _statuses(part)
