"""G13: whatever is changed in the journal is found.

A journal of a million entries is sealed by the platform in a database of its own. It is
recomputed there and, exported, by `tinhso-verify`, each within 30 seconds. Then it is
spoilt: in the database, each column of the tables; in the export, each bit of the
first 256 KiB and 100,000 bits chosen at random. A bit is judged by the verifier's own
walk from the head before it to the head after, for what comes later cannot mend it.
"""

import json
import random
import shutil
import subprocess
import sys
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from torture.cluster import private_home
from torture.figures import Figure
from torture.prepare import ROOT, environment_of

sys.path.insert(0, str(ROOT / "verify"))
from tinhso_verify import heads as verifier_heads
from tinhso_verify import journal
from tinhso_verify.heads import Head
from tinhso_verify.tree import Tree, leaf_hash

COMMAND = "python -m torture G13"
GOAL_SECONDS = 30.0
EXHAUSTIVE_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Size:
    """How much is tried; every_bit_of: bytes, flips: bits anywhere."""

    entries: int
    every_bit_of: int
    flips: int
    in_database: int


LONG = Size(1_000_000, EXHAUSTIVE_BYTES, 100_000, 300)
SHORT = Size(20_000, 16 * 1024, 2_000, 40)


def measure(*, short: bool) -> Iterator[Figure]:
    """Seal a journal, spoil it in every way, and count what was not found."""
    size = SHORT if short else LONG
    with private_home() as home:
        counted = _fill(home, size)
        seconds, faults = _verify(home / "export", home)
        export = Export(home / "export")
        chosen = random.Random(20261126)
        missed = _missed_bits(export, size.every_bit_of)
        missed_random = _missed_flips(export, size.flips, chosen)
        missed_ways = _missed_ways(home, chosen)
        bits = size.every_bit_of * 8
        yield Figure(
            "G13",
            {
                "entries": size.entries,
                "recomputed_in_database_s": counted["verify_s"],
                "verified_elsewhere_s": round(seconds, 1),
                "false_alarms": faults + counted["false_alarms"],
                "bits_flipped_exhaustively": bits,
                "missed": missed,
                "bits_flipped_at_random": size.flips,
                "missed_at_random": missed_random,
                "cells_changed_in_database": counted["changed"],
                "missed_in_database": counted["missed"],
                "ways_of_losing": len(WAYS),
                "missed_ways": missed_ways,
            },
            n=bits + size.flips + counted["changed"] + len(WAYS),
            reached=not any(
                (
                    missed,
                    missed_random,
                    missed_ways,
                    faults,
                    counted["false_alarms"],
                    counted["missed"],
                )
            )
            and max(seconds, counted["verify_s"]) <= GOAL_SECONDS,
            command=COMMAND,
            note="There is no message log of an exchange yet, and the ledger of"
            " payments has no seal of its own; the journal is what is spoilt here. An"
            " older copy of everything is found"
            " only by heads kept elsewhere (`tinhso audit witness`).",
        )


def _fill(home: Path, size: Size) -> dict[str, Any]:
    """Seal a journal in a database of its own, spoil it there, and export it."""
    words = ("-m", "torture.seal_journal", str(home))
    result = subprocess.run(
        [sys.executable, *words, str(size.entries), str(size.in_database)],
        env=environment_of(home),
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return dict(json.loads(result.stdout.splitlines()[-1]))


def _verify(folder: Path, home: Path, *more: str) -> tuple[float, int]:
    """Let the stand-alone verifier judge an export; answer seconds and its exit."""
    begun = time.monotonic()
    result = subprocess.run(
        [
            *(sys.executable, "-m", "tinhso_verify", "journal", str(folder)),
            *("--journal-key", str(home / "journal.pem"), *more),
        ],
        cwd=ROOT / "verify",
        capture_output=True,
        check=False,
    )
    return time.monotonic() - begun, result.returncode


class Export:
    """An exported journal, with the tree as it stood before each of its heads."""

    def __init__(self, folder: Path) -> None:
        self.content = (folder / journal.ENTRIES).read_bytes()
        self.heads = list(verifier_heads.read_heads(folder / journal.HEADS))
        self.starts = [0]  # of each line, in bytes
        while self.starts[-1] < len(self.content):
            self.starts.append(self.content.index(b"\n", self.starts[-1]) + 1)
        self.lines = len(self.starts) - 1
        self._sizes = [0, *(head.size for head in self.heads)]
        self._trees: dict[int, Tree] = {}
        tree, ends = Tree(), set(self._sizes)
        for number in range(self.lines):
            if number in ends:
                self._trees[number] = tree.copy()
            tree.add(leaf_hash(self.line(number)[:-1]))

    def line(self, number: int) -> bytes:
        """Read a line with its end."""
        return self.content[self.starts[number] : self.starts[number + 1]]

    def block_of(self, line: int) -> "Block":
        """Find the entries between the head before a line and the head after it."""
        after = bisect_right(self._sizes, line)
        first, last = self._sizes[after - 1], self._sizes[after]
        content = self.content[self.starts[first] : self.starts[last]]
        heads = [head for head in self.heads if head.size == last]
        return Block(self._trees[first], last, self.starts[first], content, heads)

    def line_at(self, position: int) -> int:
        """Tell in which line a byte lies."""
        return bisect_right(self.starts, position) - 1


@dataclass(frozen=True, slots=True)
class Block:
    """What lies between two heads: the tree before, and the bytes up to the next."""

    before: Tree
    last: int
    start: int
    content: bytes
    heads: list[Head]

    def misses(self, position: int, bit: int) -> bool:
        """Flip a bit of the export; tell whether the verifier's walk finds no fault."""
        spoilt = bytearray(self.content)
        spoilt[position - self.start] ^= 1 << bit
        walk = journal.Walk(self.heads)
        walk.tree = self.before.copy()
        for line in BytesIO(spoilt):
            if any(walk.step(line)):
                return False
        # Another number of lines: the entries after it come to stand elsewhere.
        return walk.tree.size == self.last


def _missed_bits(export: Export, size: int) -> int:
    """Flip each bit of the first bytes; count what is not found."""
    missed = 0
    for line in range(export.line_at(size - 1) + 1):
        block = export.block_of(line)
        for position in range(export.starts[line], min(export.starts[line + 1], size)):
            missed += sum(block.misses(position, bit) for bit in range(8))
    return missed


def _missed_flips(export: Export, count: int, chosen: random.Random) -> int:
    """Flip bits anywhere; count what is not found."""
    missed = 0
    for _ in range(count):
        position = chosen.randrange(len(export.content))
        block = export.block_of(export.line_at(position))
        missed += block.misses(position, chosen.randrange(8))
    return missed


def _missed_ways(home: Path, chosen: random.Random) -> int:
    """Lose or change entries and heads as a whole; count the ways not found."""
    witness = home / "witness.jsonl"
    shutil.copy(home / "export" / journal.HEADS, witness)
    missed = 0
    for way in WAYS:
        spoilt = home / "spoilt"
        shutil.copytree(home / "export", spoilt)
        for name in way.names:
            lines = (spoilt / name).read_bytes().splitlines(keepends=True)
            way.spoil(lines, chosen)
            (spoilt / name).write_bytes(b"".join(lines))
        more = ("--witness", str(witness)) if way.needs_witness else ()
        missed += _verify(spoilt, home, *more)[1] == 0
        shutil.rmtree(spoilt)
    return missed


@dataclass(frozen=True, slots=True)
class Way:
    """A way to harm an export; needs_witness: found by heads kept elsewhere only."""

    names: tuple[str, ...]
    spoil: Callable[[list[bytes], random.Random], object]
    needs_witness: bool = False


def _delete(lines: list[bytes], chosen: random.Random) -> None:
    del lines[chosen.randrange(len(lines))]


def _swap(lines: list[bytes], chosen: random.Random) -> None:
    at = chosen.randrange(len(lines) - 1)
    lines[at : at + 2] = lines[at + 1], lines[at]


def _double(lines: list[bytes], chosen: random.Random) -> None:
    at = chosen.randrange(len(lines))
    lines.insert(at, lines[at])


def _cut_off(lines: list[bytes], chosen: random.Random) -> None:
    del lines[chosen.randrange(1, len(lines)) :]


def _flip(lines: list[bytes], chosen: random.Random) -> None:
    at = chosen.randrange(len(lines))
    spoilt = bytearray(lines[at])
    spoilt[chosen.randrange(len(spoilt))] ^= 1 << chosen.randrange(8)
    lines[at] = bytes(spoilt)


def _halve(lines: list[bytes], chosen: random.Random) -> None:
    lines[-1] = lines[-1][: len(lines[-1]) // 2]


def _roll_back(lines: list[bytes], chosen: random.Random) -> None:
    """Keep the first half, entries and heads alike: half of the heads are of a half."""
    del lines[len(lines) // 2 :]


ENTRIES, HEADS = (journal.ENTRIES,), (journal.HEADS,)
WAYS = (
    Way(ENTRIES, _delete),
    Way(ENTRIES, _swap),
    Way(ENTRIES, _double),
    Way(ENTRIES, _cut_off),
    Way(ENTRIES, _flip),
    Way(ENTRIES, _halve),
    Way(HEADS, _flip),
    Way(HEADS, _halve),
    Way((*ENTRIES, *HEADS), _roll_back, needs_witness=True),
)
