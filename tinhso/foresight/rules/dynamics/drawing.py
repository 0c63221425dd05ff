"""Draw numbers that depend on seed, name, step and member, and on nothing else.

So a member is the same in any block, any shard and any order: no generator is carried
along. A counter is mixed by SplitMix64 (Steele, Lea & Flood, OOPSLA 2014).
"""

from collections.abc import Callable, Mapping
from hashlib import sha256
from math import isfinite

import numpy as np
from numpy.typing import NDArray
from scipy import special

from tinhso.foresight.types.dynamics import Numbers, Prior
from tinhso.foresight.types.expressions import Origin
from tinhso.foresight.types.refusals import PriorWrong

GOLDEN = 0x9E3779B97F4A7C15
MASK = 2**64 - 1
Terms = tuple[float, ...]


def uniforms(*, seed: int, name: str, step: int, members: range) -> Numbers:
    """Draw one number above 0 and below 1 for each member: (n_members,)."""
    key = sha256(f"{seed}:{name}:{step}".encode()).digest()
    start = int.from_bytes(key[:8], "little")
    counters = np.arange(members.start, members.stop, dtype=np.uint64)
    mixed = _mixed(counters * np.uint64(GOLDEN) + np.uint64(start & MASK))
    # 52 bits and a half, so that neither 0 nor 1 comes.
    return ((mixed >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52


def _mixed(state: NDArray[np.uint64]) -> NDArray[np.uint64]:
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: NDArray[np.uint64] = state ^ (state >> np.uint64(31))
    return mixed


def normals(*, seed: int, name: str, step: int, members: range) -> Numbers:
    """Draw one standard normal number for each member: (n_members,)."""
    drawn = uniforms(seed=seed, name=name, step=step, members=members)
    return np.asarray(special.ndtri(drawn), dtype=np.float64)


def spread(prior: Prior, drawn: Numbers) -> Numbers:
    """Turn uniform draws into draws of a prior."""
    return np.asarray(_SPREADS[prior.distribution](prior.terms, drawn), np.float64)


def middle(prior: Prior) -> float:
    """Answer the median of a prior."""
    return float(spread(prior, np.array([0.5]))[0])


def require_sound(prior: Prior, origin: Origin) -> None:
    """Refuse a distribution that cannot be.

    :raises PriorWrong: naming its terms.
    """
    is_sound = all(map(isfinite, prior.terms)) and _SOUND[prior.distribution](
        *prior.terms
    )
    if not is_sound:
        terms = ", ".join(f"{one:g}" for one in prior.terms)
        raise PriorWrong(origin, distribution=prior.distribution, terms=terms)


def _triangular(terms: Terms, drawn: Numbers) -> Numbers:
    low, mode, high = terms
    whole = high - low
    rising = low + np.sqrt(drawn * whole * (mode - low))
    falling = high - np.sqrt((1 - drawn) * whole * (high - mode))
    return np.where(drawn < (mode - low) / whole, rising, falling)


def _beta(terms: Terms, drawn: Numbers) -> Numbers:
    alpha, beta, low, high = terms
    share = np.asarray(special.betaincinv(alpha, beta, drawn), np.float64)
    return low + (high - low) * share


def _fixed(terms: Terms, drawn: Numbers) -> Numbers:
    return np.full_like(drawn, terms[0])


def _normal(terms: Terms, drawn: Numbers) -> Numbers:
    return terms[0] + terms[1] * np.asarray(special.ndtri(drawn), np.float64)


def _lognormal(terms: Terms, drawn: Numbers) -> Numbers:
    return terms[0] * np.exp(terms[1] * np.asarray(special.ndtri(drawn), np.float64))


def _uniform(terms: Terms, drawn: Numbers) -> Numbers:
    return terms[0] + (terms[1] - terms[0]) * drawn


_SPREADS: Mapping[str, Callable[[Terms, Numbers], Numbers]] = {
    "fixed": _fixed,
    "normal": _normal,
    "lognormal": _lognormal,
    "uniform": _uniform,
    "triangular": _triangular,
    "beta": _beta,
}
_SOUND: Mapping[str, Callable[..., bool]] = {
    "fixed": lambda value: True,
    "normal": lambda mean, sd: sd > 0,
    "lognormal": lambda median, sd: median > 0 and sd > 0,
    "uniform": lambda low, high: low < high,
    "triangular": lambda low, mode, high: low <= mode <= high and low < high,
    "beta": lambda alpha, beta, low, high: alpha > 0 and beta > 0 and low < high,
}
