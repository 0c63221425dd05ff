"""What clients were told, held against what is kept: nothing lost, nothing doubled.

Pure: `torture.stored` reads what is kept, `torture.clients` writes what was told.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from itertools import pairwise

# One look at the journal: the digest of each entry by its id.
Journal = Mapping[str, str]


class Answer(StrEnum):
    """What a client knows after one try."""

    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"  # a named refusal, by a status of 4xx
    UNKNOWN = "unknown"  # no answer, or 5xx: it may have been stored


@dataclass(frozen=True, slots=True)
class Try:
    """One sending of a submission. sha256: of the one file sent along.

    told_at: when the answer was there, in seconds since 1970.
    """

    key: str
    sha256: str
    answer: Answer
    code: str = ""
    told_at: float = 0.0


@dataclass(frozen=True, slots=True)
class KeptFile:
    """stated: the SHA-256 of its row; found: of the bytes, "" where there are none."""

    stated: str
    found: str


@dataclass(frozen=True, slots=True)
class Kept:
    """One dossier as database and store hold it.

    written: how many rows of each thing that must go with it; told: whether its
    event was delivered.
    """

    key: str
    code: str
    files: tuple[KeptFile, ...]
    written: Mapping[str, int]
    is_open: bool
    has_owner: bool
    is_due: bool
    told: bool


@dataclass(frozen=True, slots=True)
class Findings:
    """What is wrong, each with the key or code it is wrong with."""

    lost: tuple[str, ...]
    duplicated: tuple[str, ...]
    unwritten: tuple[str, ...]
    wrong_files: tuple[str, ...]
    silent: tuple[str, ...]
    untold: tuple[str, ...]
    unasked: tuple[str, ...]
    rewritten: tuple[str, ...]

    def counts(self) -> dict[str, int]:
        """Count each kind of fault."""
        return {kind.name: len(getattr(self, kind.name)) for kind in fields(self)}

    def faults(self) -> tuple[str, ...]:
        """Name every fault in a line."""
        return tuple(
            f"{kind.name}: {what}"
            for kind in fields(self)
            for what in getattr(self, kind.name)
        )


def judge(
    *, tries: Sequence[Try], kept: Sequence[Kept], looks: Sequence[Journal] = ()
) -> Findings:
    """Say what is wrong with what is kept, after what clients were told.

    looks: at the journal, in order of time.
    """
    by_key = {one.key: one for one in kept}
    sent = {one.key: one.sha256 for one in tries}
    acknowledged = [one for one in tries if one.answer is Answer.ACKNOWLEDGED]
    return Findings(
        lost=_unique(_lost(acknowledged, by_key)),
        duplicated=_unique(_duplicated(acknowledged, kept)),
        unwritten=tuple(one.code for one in kept if not _is_whole(one.written)),
        wrong_files=tuple(
            one.code for one in kept if not _has_files(one, sent.get(one.key))
        ),
        silent=tuple(
            one.code
            for one in kept
            if one.is_open and not (one.has_owner and one.is_due)
        ),
        untold=tuple(one.code for one in kept if not one.told),
        unasked=tuple(one.code for one in kept if one.key not in sent),
        rewritten=_unique(_rewritten(looks)),
    )


def _unique(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))


def _lost(acknowledged: Iterable[Try], by_key: Mapping[str, Kept]) -> Iterator[str]:
    """Find what was acknowledged and is not there under the code that was said."""
    for one in acknowledged:
        known = by_key.get(one.key)
        if known is None or known.code != one.code:
            yield one.key


def _duplicated(acknowledged: Iterable[Try], kept: Sequence[Kept]) -> Iterator[str]:
    """Find what stands there twice: by key, by code, by its file; or has two codes."""
    yield from _repeated(one.key for one in kept)
    yield from _repeated(one.code for one in kept)
    yield from _repeated(file.stated for one in kept for file in one.files)
    codes: dict[str, set[str]] = defaultdict(set)
    for told in acknowledged:
        codes[told.key].add(told.code)
    yield from (key for key, said in codes.items() if len(said) > 1)


def _repeated(values: Iterable[str]) -> Iterator[str]:
    return (value for value, times in Counter(values).items() if times > 1)


def _is_whole(written: Mapping[str, int]) -> bool:
    """Tell whether nothing that goes with a dossier is missing, nor there twice."""
    return set(written.values()) == {1}


def _has_files(one: Kept, sent: str | None) -> bool:
    """Tell whether what was sent is what is stated, and is what is stored."""
    if sent is None:
        return all(file.stated == file.found for file in one.files)
    return one.files == (KeptFile(sent, sent),)


def _rewritten(looks: Sequence[Journal]) -> Iterator[str]:
    """Find entries that a later look misses or sees changed."""
    for earlier, later in pairwise(looks):
        for entry, digest in earlier.items():
            if later.get(entry) != digest:
                yield entry
