"""The state of the studio in the address: read, and written again as a link."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from tinhso.foresight.types.dynamics import Lever, Model, Parameter
from tinhso.foresight.types.scenarios import Target
from tinhso.foresight.types.studio import Asked
from tinhso.kernel.errors import N_, Phrase
from tinhso.kernel.text import fraction
from tinhso.web.ui.phrases import language

LEVEL, NUMBER = "muc-", "so-"  # before the key of a lever
OTHER = "khac"  # a number of one's own
NO_NUMBER = N_("Hãy ghi một số, ví dụ 1.500 hoặc 0,25.")
OUTSIDE = N_("Hãy ghi một số từ {low} đến {high}.")
Wrong = dict[str, list[str]]
_GROUPED = re.compile(r"[1-9]\d{0,2}(\.\d{3})+")
_PLAIN = re.compile(r"-?\d{1,15}(\.\d{1,15})?", re.ASCII)
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)


def read_number(told: str) -> float | None:
    """Read a number as people write it here; None if it is none.

    >>> read_number("1.500"), read_number("0,25"), read_number("0.25"), read_number("x")
    (1500.0, 0.25, 0.25, None)
    """
    text = told.strip().replace(" ", "")
    if "," in text or _GROUPED.fullmatch(text):
        text = text.replace(".", "").replace(",", ".")
    return float(text) if _PLAIN.fullmatch(text) else None


def levers_of(model: Model) -> list[tuple[Parameter, Lever]]:
    """List what can be set in a model."""
    return [(one, one.lever) for one in model.parameters if one.lever]


def read_asked(
    model: Model, typed: QueryDict, goal: Target | None
) -> tuple[Asked, Wrong]:
    """Read what is asked for, and what is wrong with which field.

    goal: the target that is taken where the address says nothing of one.
    """
    reading = _Reading(typed)
    asked = Asked(
        model=model.key,
        levers=dict(reading.levers(model)),
        output=_output(model, typed, goal),
        members=reading.whole("lan", 1000),
        seed=reading.whole("hat", 1),
        probability=reading.number("xac-suat", 80.0) / 100,
    )
    target = reading.target(model, asked.output, goal)
    return replace(asked, target=target), reading.wrong


def _output(model: Model, typed: QueryDict, goal: Target | None) -> str:
    named = typed.get("ket-qua", "")[:100]
    return named or (goal.output if goal else "") or next(iter(model.outputs), "")


class _Reading:
    """Fields being read; wrong: what is wrong with which."""

    def __init__(self, typed: QueryDict) -> None:
        self._typed = typed
        self.wrong: Wrong = {}

    def levers(self, model: Model) -> Iterator[tuple[str, str]]:
        for one, lever in levers_of(model):
            name = f"{NUMBER}{one.name}"
            level = self._typed.get(f"{LEVEL}{one.name}", OTHER)[:50]
            if level != OTHER:
                if level:
                    yield one.name, level
            elif self._typed.get(name, "").strip():
                yield one.name, f"{self._position(name, lever):.15g}"

    def _position(self, name: str, lever: Lever) -> float:
        """Read where a lever stands; outside its bounds it stays where it is."""
        found = self.number(name, lever.baseline)
        if lever.low <= found <= lever.high:
            return found
        bounds = {"low": fraction(lever.low), "high": fraction(lever.high)}
        self.wrong[name] = [Phrase(OUTSIDE, **bounds)]
        return lever.baseline

    def number(self, name: str, usual: float) -> float:
        told = self._typed.get(name, "").strip()
        found = read_number(told) if told else usual
        if found is None:
            self.wrong[name] = [NO_NUMBER]
        return usual if found is None else found

    def whole(self, name: str, usual: int) -> int:
        told = self._typed.get(name, "").strip().replace(".", "")
        if told and not _WHOLE.fullmatch(told):
            self.wrong[name] = [NO_NUMBER]
            return usual
        return int(told) if told else usual

    def target(self, model: Model, output: str, goal: Target | None) -> Target | None:
        if "dat" not in self._typed:
            return goal if goal and goal.output == output else None
        if not self._typed.get("dat", "").strip():
            return None
        value = self.number("dat", 0.0)
        return Target(output, value, self.number("nam", model.times.stop))


def params_of(asked: Asked) -> dict[str, str]:
    """Write what is asked for as fields; what is usual is left out."""
    told = {f"{LEVEL}{name}": value for name, value in asked.levers.items()}
    told |= {"ket-qua": asked.output, "dat": "", "nam": ""}
    if asked.target:
        told["dat"] = fraction(asked.target.at_least)
        told["nam"] = f"{asked.target.time:g}"
    rest = {
        "lan": (asked.members, 1000),
        "hat": (asked.seed, 1),
        "xac-suat": (round(asked.probability * 100, 6), 80),
    }
    told |= {
        name: f"{value:g}" for name, (value, usual) in rest.items() if value != usual
    }
    return told


def href(name: str, asked: Asked, *more: str) -> str:
    """Lead to a page of the studio with this state."""
    query = urlencode(params_of(asked))
    return f"{reverse(name, args=[asked.model, *more])}?{query}"


def with_levels(asked: Asked, levels: Mapping[str, str]) -> Asked:
    """Answer the same with other levers."""
    return replace(asked, levers=dict(levels))


def is_english() -> bool:
    """Tell whether the reader reads English."""
    return language() == "en"
