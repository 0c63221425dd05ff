"""A scenario told as JSON, the same wherever it is kept; and its digest."""

from collections.abc import Mapping
from hashlib import sha256
from json import dumps
from typing import Any

from tinhso.foresight.types.dynamics import (
    LEVELS,
    Evidence,
    InputTaken,
    Outcome,
    Provenance,
    Quantiles,
)
from tinhso.foresight.types.scenarios import Compared, Intervention, Target


def head(ran: Provenance) -> dict[str, Any]:
    """Tell what a run was made of, by the names of `tinhso foresight run --json`."""
    return {
        "model": ran.model,
        "digest": ran.digest,
        "levers": dict(ran.levers),
        "members": ran.members,
        "seed": ran.seed,
    }


def told(one: Compared) -> dict[str, Any]:
    """Tell a scenario: run, inputs with lineage, target, chances, ledger, quantiles."""
    ran, ledger = one.current.provenance, one.ledger
    return {
        "method": ran.method,
        "dt": ran.dt,
        "engine": ran.engine,
        "assumed": list(ran.assumed),
        "inputs": [_input(taken) for taken in ran.inputs],
        "target": _target(one.target),
        "chance": one.chance.share if one.chance else None,
        "chance_at_baseline": (
            one.chance_at_baseline.share if one.chance_at_baseline else None
        ),
        "ledger": {
            "output": ledger.output,
            "time": ledger.time,
            "together": ledger.together,
            "cost": ledger.cost,
            "interventions": [_entry(entry) for entry in ledger.interventions],
        },
        "current": _rows(one.current),
        "baseline": _rows(one.baseline),
    }


def inputs_of(told: Mapping[str, Any]) -> tuple[InputTaken, ...]:
    """Read the inputs of what was told."""
    return tuple(
        InputTaken(
            name=one["name"],
            value=float(one["value"]),
            measure=one["measure"],
            period=one["period"],
            lineage=one["lineage"],
            is_fallback=one["fallback"],
        )
        for one in told["inputs"]
    )


def target_of(told: Mapping[str, Any]) -> Target | None:
    """Read the target of what was told."""
    one = told["target"]
    if one is None:
        return None
    return Target(one["output"], float(one["at_least"]), float(one["time"]))


def _input(taken: InputTaken) -> dict[str, Any]:
    return {
        "name": taken.name,
        "value": taken.value,
        "measure": taken.measure,
        "period": taken.period,
        "lineage": taken.lineage,
        "fallback": taken.is_fallback,
    }


def _target(one: Target | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {"output": one.output, "at_least": one.at_least, "time": one.time}


def _entry(one: Intervention) -> dict[str, Any]:
    costs = one.costs
    return {
        "lever": one.lever,
        "title": one.title,
        "unit": one.unit,
        "baseline": one.baseline,
        "value": one.value,
        "level": one.level,
        "costs": None if costs is None else [[c.time, c.amount] for c in costs],
        "alone": one.alone,
        "within": one.within,
        "chance_alone": one.chance_alone,
        "chance_within": one.chance_within,
        "evidence": [_proof(proof) for proof in one.evidence],
    }


def _proof(one: Evidence) -> dict[str, str]:
    return {"source": one.source, "finding": one.finding_vi}


def _rows(outcome: Outcome) -> list[dict[str, Any]]:
    return [_row(one) for one in outcome.rows]


def _row(one: Quantiles) -> dict[str, Any]:
    named = {f"q{n}": value for n, value in zip(LEVELS, one.quantiles, strict=True)}
    return {"output": one.output, "time": one.time, "mean": one.mean, **named}


def digest_of(content: Mapping[str, Any]) -> str:
    """Answer the SHA-256 of what is frozen, in one way of writing it."""
    plain = _plain(content)
    written = dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(written.encode()).hexdigest()


def _plain(node: Any) -> Any:
    """Write every number as one with a point: a database knows no difference."""
    if isinstance(node, Mapping):
        return {key: _plain(value) for key, value in node.items()}
    if isinstance(node, (list, tuple)):
        return [_plain(one) for one in node]
    is_number = isinstance(node, (int, float)) and not isinstance(node, bool)
    return float(node) + 0.0 if is_number else node
