"""Run a part of an ensemble elsewhere: histograms that add up, byte for byte.

A bin is the first bits of a number as IEEE 754 writes it: sign, exponent and ten bits
of the fraction, so that a bin is never wider than a thousandth of what it holds. Which
members ran where changes no count, and so no byte of what is merged.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from json import dumps, loads

import numpy as np

from tinhso.foresight.rules.dynamics.compiling import compile_model
from tinhso.foresight.rules.dynamics.ensembles import labels_of, run_kept
from tinhso.foresight.rules.dynamics.numpy_engine import NUMPY
from tinhso.foresight.rules.dynamics.program import Engine
from tinhso.foresight.rules.dynamics.running import Run, saved_times
from tinhso.foresight.types.dynamics import LEVELS, Model, Numbers, Quantiles
from tinhso.foresight.types.refusals import RunWrong

BITS_LEFT_OUT = 42
MOST_MEMBERS, MOST_SHARDS = 1_000_000_000, 100_000
Counts = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Shard:
    """A part of a run: the model, the levers, the seed, and which members.

    first, last: members from first on, before last.
    """

    digest: str
    levers: Mapping[str, float]
    seed: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Histogram:
    """What some members came to. counts: by (output, time), how many in each bin."""

    digest: str
    levers: Mapping[str, float]
    seed: int
    members: tuple[tuple[int, int], ...]
    counts: Mapping[tuple[str, float], Counts]


def run_shard(shard: Shard, run: Run, engine: Engine) -> Histogram:
    """Run the members of a shard, and count them."""
    kept = run_kept(run, engine, range(shard.first, shard.last))
    times = saved_times(run.program)
    counts = {
        (output, time): _counted(np.asarray(row))
        for output, values in zip(run.outputs, kept, strict=True)
        for time, row in zip(times, values, strict=True)
    }
    members = ((shard.first, shard.last),)
    return Histogram(shard.digest, shard.levers, shard.seed, members, counts)


def split(whole: Shard, size: int) -> tuple[Shard, ...]:
    """Split a run into shards of so many members; the last has what is left.

    :raises RunWrong: if there would be more shards than anybody works on.
    """
    if whole.last - whole.first > size * MOST_SHARDS:
        raise RunWrong(most=size * MOST_SHARDS)
    return tuple(
        replace(whole, first=first, last=min(first + size, whole.last))
        for first in range(whole.first, whole.last, size)
    )


def run_apart(model: Model, shard: Shard) -> bytes:
    """Run a shard where nothing but its model is known; answer its histogram, written.

    By NumPy, which is wherever this is.

    :raises RunWrong: if the model is another one than the shard's.
    :raises ModelRefused: naming the line where a member comes to no number.
    """
    if model.digest != shard.digest:
        raise RunWrong(most=MOST_MEMBERS)
    program = compile_model(model)
    run = Run(program, labels_of(model, program), shard.seed, shard.levers)
    return to_bytes(run_shard(shard, run, NUMPY))


def _counted(values: Numbers) -> Counts:
    # A zero has one sign: -0.0 and 0.0 are the same number.
    bits = (values + 0.0).view(np.int64) >> BITS_LEFT_OUT
    bins, counts = np.unique(bits, return_counts=True)
    return dict(zip(bins.tolist(), counts.tolist(), strict=True))


def merge(parts: Iterable[Histogram]) -> Histogram:
    """Add up what shards came to.

    :raises RunWrong: if they are of different runs, or a member stands in two.
    """
    first, *rest = parts
    held: dict[tuple[str, float], Counter[int]] = {
        key: Counter(counts) for key, counts in first.counts.items()
    }
    for part in rest:
        if _what(part) != _what(first) or part.counts.keys() != held.keys():
            raise RunWrong(most=1)
        for key, counts in part.counts.items():
            held[key].update(counts)
    members = _joined([span for part in (first, *rest) for span in part.members])
    return Histogram(first.digest, first.levers, first.seed, members, held)


def _what(one: Histogram) -> tuple[object, ...]:
    return one.digest, dict(one.levers), one.seed


def _joined(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Join spans of members that follow one another.

    :raises RunWrong: if a member stands in two.
    """
    joined: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if joined and begin < joined[-1][1]:
            raise RunWrong(most=1)
        if joined and begin == joined[-1][1]:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return tuple(joined)


def told(one: Histogram) -> Iterator[Quantiles]:
    """Tell mean and quantiles of each output and time, to within a thousandth."""
    for (output, time), counts in sorted(one.counts.items()):
        whole = sum(_middle(bits) * count for bits, count in sorted(counts.items()))
        mean = whole / sum(counts.values())
        found = tuple(quantile(counts, level / 100) for level in LEVELS)
        yield Quantiles(output, time, mean, found)


def quantile(counts: Counts, level: float) -> float:
    """Answer a quantile, to within a thousandth of itself: the middle of its bin."""
    ordered = sorted(counts.items(), key=lambda pair: _middle(pair[0]))
    wanted, passed = level * sum(counts.values()), 0
    for bits, count in ordered:
        passed += count
        if passed >= wanted:
            return _middle(bits)
    return _middle(ordered[-1][0])


def _middle(bits: int) -> float:
    half = 1 << (BITS_LEFT_OUT - 1) if bits not in (0,) else 0
    return float(np.array([(bits << BITS_LEFT_OUT) + half]).view(np.float64)[0])


def to_bytes(one: Histogram) -> bytes:
    """Write a histogram: the same counts are the same bytes."""
    counts = [
        [output, time, sorted(bins.items())]
        for (output, time), bins in sorted(one.counts.items())
    ]
    told = {
        "digest": one.digest,
        "levers": dict(sorted(one.levers.items())),
        "seed": one.seed,
        "members": one.members,
        "counts": counts,
    }
    return dumps(told, separators=(",", ":"), ensure_ascii=False).encode()


def from_bytes(told: bytes) -> Histogram:
    """Read what `to_bytes` wrote."""
    read = loads(told)
    counts = {
        (output, float(time)): {int(bits): int(count) for bits, count in bins}
        for output, time, bins in read["counts"]
    }
    members = tuple((begin, end) for begin, end in read["members"])
    return Histogram(read["digest"], read["levers"], read["seed"], members, counts)
