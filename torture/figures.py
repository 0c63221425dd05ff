"""What was measured, in one form; and the page of trust made from it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "docs" / "reference" / "trust.jsonl"
PAGE = ROOT / "docs" / "reference" / "trust.md"

# The promises, by goal; the page has a row for each, measured or not.
PROMISES = {
    "G1": "Killed at any moment: nothing acknowledged is lost, doubled or unwritten.",
    "G2": "Each write of a submission failing in turn: refused, or stored in full.",
    "G3": "Disk full: uploads refused, then read-only, then back by itself.",
    "G4": "Database stopped or paused: 503 and when to come back, the draft kept.",
    "G5": "The clock jumps: no crash, order by sequence, due dates unchanged.",
    "G6": "One key, fifty times at once: one effect, one answer; another body: 422.",
    "G7": "Payments: each callback has its effect exactly once.",
    "G8": "Exchange: repeated, reordered, dropped, corrupted messages do no harm.",
    "G9": "Hostile files: refused with a reason, bounded in memory and time.",
    "G11": "Each address, method, role and ownership has a declared policy.",
    "G12": "Nobody else's number, phone or name in anything handed out.",
    "G13": "Any change of the journal is found.",
    "G14": "A backup restores to the last published head.",
    "G15": "Old program on new schema, new program on old schema: both work.",
    "G16": "A storm of 15 submissions a second on top of a year's dossiers.",
    "G18": "Secret documents are refused before a byte of them is stored.",
    "G19": "Every read of personal data is shown to its person.",
    "G20": "Each requirement of ASVS 5.0, levels 1 and 2, is answered.",
    "G21": "Every response carries its protecting headers.",
    "G23": "No open dossier without owner, next action, due time and last notice.",
    "G24": "A receipt proves itself without us.",
    "G25": "Outside systems down or slow: intake goes on, people see what is late.",
    "G26": "Each act is in the lake once, whoever is killed, and seen within 5 s.",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """What one run found for a goal.

    n: how often it was tried; zero failures in n bound the rate at 3/n only.
    reached: whether the goal holds; None where it could not be run here.
    form: `long` or `short`, how much was tried. note: what the figures leave out.
    """

    goal: str
    counts: Mapping[str, int | float | str]
    n: int
    reached: bool | None
    command: str
    note: str = ""
    form: str = ""
    day: str = ""

    def line(self) -> str:
        """Write it as one line: `G1 kills=1000 lost=0`."""
        said = {True: "", False: " NOT REACHED", None: " not run"}[self.reached]
        counts = " ".join(f"{name}={value}" for name, value in self.counts.items())
        return f"{self.goal} {counts}{said}"


def keep(figures: Iterable[Figure], *, form: str, on: date) -> None:
    """Put figures in the place of older ones of the same command; renew the page."""
    known = {(one.goal, one.command): one for one in read()}
    for figure in figures:
        dated = replace(figure, form=form, day=on.isoformat())
        known[dated.goal, dated.command] = dated
    rows = sorted(known.values(), key=lambda one: (_number(one.goal), one.command))
    lines = (json.dumps(asdict(one), ensure_ascii=False) for one in rows)
    KEPT.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    PAGE.write_text(page(rows), encoding="utf-8")


def read() -> list[Figure]:
    """Read the figures of the last runs."""
    if not KEPT.exists():
        return []
    return [Figure(**json.loads(line)) for line in KEPT.read_text("utf-8").splitlines()]


HEAD = """# What trust rests on

Made from the last runs by `make torture`; do not edit. Each figure has its command.
No failure in n tries only bounds the rate at 3/n.

| goal | promise | holds | figures | n | run | command |
|---|---|---|---|---|---|---|
"""


def page(figures: Iterable[Figure]) -> str:
    """Write the page of trust: goal → figure → n → command."""
    by_goal: dict[str, list[Figure]] = {}
    for figure in figures:
        by_goal.setdefault(figure.goal, []).append(figure)
    rows = [
        row
        for goal, promise in PROMISES.items()
        for row in _rows(goal, promise, by_goal.get(goal, []))
    ]
    notes = [
        f"- {one.goal}: {one.note}"
        for goal in PROMISES
        for one in by_goal.get(goal, [])
        if one.note
    ]
    return (
        HEAD + "\n".join(rows) + "\n\n" + "\n".join(["## Read with this", "", *notes])
    )


def _rows(goal: str, promise: str, figures: list[Figure]) -> list[str]:
    if not figures:
        return [f"| {goal} | {promise} | not run | | | | |"]
    return [
        f"| {goal} | {promise} | {_said(one)} | {_counts(one)} | {one.n:,} |"
        f" {one.form}, {one.day} | `{one.command}` |"
        for one in figures
    ]


def _said(figure: Figure) -> str:
    return {True: "yes", False: "**no**", None: "not run"}[figure.reached]


def _counts(figure: Figure) -> str:
    return ", ".join(f"{name} {value}" for name, value in figure.counts.items())


def _number(goal: str) -> int:
    return int(goal.removeprefix("G"))
