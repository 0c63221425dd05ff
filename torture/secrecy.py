"""Secret documents against a real server: refused, and nothing of them left behind."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from time import perf_counter

import httpx

from tinhso.documents.providers import ocr
from tinhso.documents.types import FileSecret
from torture import papers, traces
from torture.figures import Figure
from torture.papers import Paper
from torture.served import Served, served

COMMAND = "python -m torture G18"
SEED = 20261127
LEAST_TEXT, LEAST_SCANS, MOST_ALARMS = 0.995, 0.95, 0.01
SHORT = {"text": 110, "ordinary": 60, "scans": 10, "ordinary scans": 5}
LONG = {"text": 2_200, "ordinary": 1_500, "scans": 300, "ordinary scans": 300}
ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Told:
    """How papers of one kind were answered; seconds: of all together."""

    sent: int = 0
    refused: int = 0
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def share(self) -> float:
        """Tell which share was refused as secret."""
        return self.refused / max(1, self.sent)


def measure(*, short: bool) -> Iterator[Figure]:
    """Send marked papers and ordinary ones, then look for what is left of them."""
    counts, run = SHORT if short else LONG, token_hex(4)
    has_ocr = ocr.reader() is not None
    with served() as server:
        with traces.watched(server.temporary, server.home / "files") as made:
            text = tell(server, papers.marked(seed=SEED, count=counts["text"], run=run))
            scans = Told()
            if has_ocr:
                count = counts["scans"]
                marked = papers.marked_scans(seed=SEED, count=count, run=run)
                scans = tell(server, marked)
        # What was missed is stored like any file: it counts as missed, not as a trace.
        missed = {*text.wrong, *scans.wrong}
        left = left_behind(server, run=run) - missed
        alarms = tell(server, papers.ordinary(seed=SEED, count=counts["ordinary"]))
        quiet = Told()
        if has_ocr:
            plain = papers.ordinary_scans(seed=SEED, count=counts["ordinary scans"])
            quiet = tell(server, plain)
    # A file that is stored is made aside and then renamed: two events each.
    files = max(0, len(made) - 2 * len(missed))
    yield _figure(text, scans, alarms, quiet, left, files, has_ocr=has_ocr)


def _figure(
    text: Told,
    scans: Told,
    alarms: Told,
    quiet: Told,
    left: set[str],
    files: int,
    *,
    has_ocr: bool,
) -> Figure:
    false = (alarms.refused + quiet.refused) / (alarms.sent + quiet.sent)
    reached = (
        text.share() >= LEAST_TEXT
        and scans.share() >= LEAST_SCANS
        and false <= MOST_ALARMS
        and not left
        and not files
    )
    return Figure(
        "G18",
        {
            "marked texts": text.sent,
            "refused %": round(text.share() * 100, 2),
            "marked scans": scans.sent,
            "of them refused %": round(scans.share() * 100, 2),
            "ordinary papers": alarms.sent + quiet.sent,
            "false alarms %": round(false * 100, 2),
            "traces": len(left),
            "temporary files": files,
            "s a scan": round(scans.seconds / max(1, scans.sent), 2),
        },
        text.sent + scans.sent + alarms.sent + quiet.sent,
        reached if has_ocr else None,
        COMMAND,
        note="The papers are made by a program; real stamps and scanners differ."
        " A mark that nobody set is not found."
        + ("" if has_ocr else " Without Tesseract no scan was read."),
    )


def tell(server: Served, sent: Iterable[Paper]) -> Told:
    """Send papers; wrong: the canaries of those that were not refused as secret."""
    told = Told()
    with httpx.Client(base_url=server.url, timeout=120) as client:
        client.headers["Authorization"] = f"Bearer {server.token}"
        for paper in sent:
            start = perf_counter()
            file = {"file": (paper.name, paper.content)}
            answer = client.post("/api/v1/files", files=file)
            told.seconds += perf_counter() - start
            told.sent += 1
            if is_refused(answer):
                told.refused += 1
            else:
                told.wrong.append(paper.canary)
    return told


def is_refused(answer: httpx.Response) -> bool:
    """Tell whether a paper was refused as secret, and its sender told what to do."""
    if answer.status_code != 422:
        return False
    told = answer.json()
    named = told["type"].endswith(f":{FileSecret.__name__}")
    return bool(named and FileSecret.message.partition("}")[2] in told["title"])


def left_behind(server: Served, *, run: str) -> set[str]:
    """List the canaries of a run that are found in files, logs or the database."""
    word = f"{papers.CANARY}{run}"
    places = [server.home, server.temporary, server.log, ROOT / "var" / "postgres"]
    return traces.in_files(word, places) | traces.in_database(word, server.database_url)
