"""`tinhso foresight account`: the digital-economy account, its inputs and its gaps."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from tinhso.cli.output import answer, json_option, refusing
from tinhso.foresight import actions, queries
from tinhso.foresight.types.account import (
    Account,
    Estimate,
    Fact,
    Gaps,
    InputKind,
    ManufacturingGap,
    Method,
    Quarterly,
    Quotient,
    Settings,
    Share,
    ShareGap,
    Through,
)
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM

KINDS = click.Choice([one.value for one in InputKind])
METHODS = click.Choice([one.value for one in Method])
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
ESTIMATED = click.Choice([Method.STATISTICS_OFFICE.value, Method.MINISTRY.value])
MADE_UP = click.option("--made-up", is_flag=True, help="Of made-up data.")


@click.group("account")
def group() -> None:
    """Tell how large the digital economy is, by two methods that are never one."""


@group.command()
@click.option("--method", type=METHODS, help="Of one method only.")
@MADE_UP
@json_option
@refusing
def show(method: str | None, made_up: bool, as_json: bool) -> None:
    """List what documents state, what nobody states, and what was worked out here.

    JSON: `series`, each `method`, `place`, `vintage` and `shares`; `absent`: years that
    stay blank, and why; `estimates`; `inputs`. Each value with its source.
    """
    found = queries.get_account(made_up=made_up, actor=SYSTEM)
    told = _account(found, method)
    answer(told, "\n".join(_lines(told)), as_json=as_json)


def _account(found: Account, method: str | None) -> dict[str, Any]:
    def wanted(one: Method) -> bool:
        return method in (None, one.value)

    return {
        "series": [
            {
                "method": one.method.value,
                "place": one.place,
                "vintage": one.vintage,
                "shares": [_share(share) for share in one.shares],
            }
            for one in found.series
            if wanted(one.method)
        ],
        "absent": [
            {
                "method": one.method.value,
                "place": one.place,
                "period": one.period.key,
                "why": one.why,
            }
            for one in found.declared.absent
            if wanted(one.method)
        ],
        "estimates": [_estimate(o) for o in found.estimates if wanted(o.method)],
        "inputs": [
            {name: value for name, value in asdict(one).items() if name != "data"}
            for one in found.inputs
        ],
    }


def _share(one: Share) -> dict[str, Any]:
    return {
        "period": one.period.key,
        "value": one.value,
        "is_estimate": one.is_estimate,
        "source": one.source,
    }


def _estimate(one: Estimate) -> dict[str, Any]:
    return {**asdict(one), "method": one.method.value, "is_estimate": True}


def _lines(told: dict[str, Any]) -> list[str]:
    lines = []
    for one in told["series"]:
        name = " ".join(filter(None, (one["method"], one["place"], one["vintage"])))
        values = (f"{s['period']} {s['value']:g}" for s in one["shares"])
        lines.append(f"{name:40} {', '.join(values)}")
    for one in told["absent"]:
        lines.append(f"{one['method']} {one['place']} {one['period']}: not known")
    for one in told["estimates"]:
        lines.append(f"{one['method']} {one['period']}: {one['share']:.2f} (estimated)")
    return lines


@group.command()
@json_option
@refusing
def gap(as_json: bool) -> None:
    """Work out what the targets ask of the digital economy, from the stored values.

    JSON: `shares`, each `plan`, `target`, `start`, `goal`, `due`, `years`, `times` and
    `needed`, the growth in percent a year for each known growth of GRDP;
    `manufacturing`, each its part in percent of GRDP and of all manufacturing. Both
    with the values they stand on and their sources; a target is left out that is
    reached, or where a value is missing.
    """
    found = queries.account_gaps(actor=SYSTEM)
    answer(_gaps(found), "\n".join(_gap_lines(found)), as_json=as_json)


def _gaps(found: Gaps) -> dict[str, Any]:
    return {
        "shares": [_share_gap(one) for one in found.shares],
        "manufacturing": [_manufacturing(one) for one in found.manufacturing],
    }


def _share_gap(one: ShareGap) -> dict[str, Any]:
    return {
        "plan": one.plan,
        "target": one.target,
        "start": _share(one.start),
        "goal": one.goal,
        "due": one.due.key,
        "source": one.source,
        "years": one.years,
        "times": one.times,
        "needed": [
            {
                "percent_a_year": each.rate,
                "grdp": each.growth.name,
                "grdp_percent_a_year": each.growth.rate,
                "facts": [_fact(fact) for fact in each.growth.facts],
            }
            for each in one.needed
        ],
    }


def _manufacturing(one: ManufacturingGap) -> dict[str, Any]:
    told = {**asdict(one), "due": one.due.key}
    return {**told, "fact": _fact(one.fact)}


def _fact(one: Fact) -> dict[str, Any]:
    return {**asdict(one), "period": one.period.key}


def _gap_lines(found: Gaps) -> list[str]:
    lines = []
    for share in found.shares:
        lines.append(
            f"{share.start.value:g} % in {share.start.period.key}"
            f" to {share.goal:g} % in {share.due.key}:"
            f" {share.times:.2f} times in {share.years} years"
        )
        lines += [
            f"  {one.growth.name}: GRDP {one.growth.rate:+.2f} % a year,"
            f" digital value added {one.rate:+.1f} % a year"
            for one in share.needed
        ]
    for part in found.manufacturing:
        lines.append(
            f"manufacturing {part.low_of_grdp:.1f} to {part.high_of_grdp:.1f} % of"
            f" GRDP: {part.low_of_all:.0f} to {part.high_of_all:.0f} % of all of it"
        )
    return lines or ["Nothing to work out."]


@group.command()
@click.option("--method", type=ESTIMATED, default=Method.STATISTICS_OFFICE.value)
@MADE_UP
@json_option
@refusing
def quarters(method: str, made_up: bool, as_json: bool) -> None:
    """Carry estimated years on by quarter, by invoiced revenue (Chow and Lin).

    JSON: `quarters`, each `period`, `value` in billion VND, `is_carried_on`: after the
    last year that was estimated; `years`, each `year`, `share`, `value`; `rho`, `beta`,
    `inputs`, `source`. All of it is an estimate.
    """
    found = queries.account_quarters(
        method=Method(method), made_up=made_up, actor=SYSTEM
    )
    answer(_quarterly(found), "\n".join(_quarter_lines(found)), as_json=as_json)


def _quarterly(found: Quarterly) -> dict[str, Any]:
    return {
        **asdict(found),
        "method": found.method.value,
        "quarters": [
            {
                "period": period.key,
                "value": value,
                "is_carried_on": period.last.year > found.known_to,
            }
            for period, value in found.quarters
        ],
        "years": [
            {"year": year, "share": share, "value": value}
            for year, share, value in found.years
        ],
        "is_estimate": True,
    }


def _quarter_lines(found: Quarterly) -> list[str]:
    return [
        f"{period.key}  {value:.1f}{' *' if period.last.year > found.known_to else ''}"
        for period, value in found.quarters
    ]


@group.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--kind", type=KINDS, required=True)
@click.option("--year", type=click.IntRange(2000, 2100), default=2024)
@json_option
@refusing
def template(file: Path, kind: str, year: int, as_json: bool) -> None:
    """Write an empty workbook of a kind of input to FILE. JSON: `written`.

    --year: the last of the five years of quarters.
    """
    content = queries.account_template(kind=InputKind(kind), year=year, actor=SYSTEM)
    file.write_bytes(content)
    answer({"written": str(file)}, str(file), as_json=as_json)


@group.command("import")
@click.argument("file", type=FILE)
@click.option("--kind", type=KINDS, required=True)
@click.option("--place", required=True, help="`vn`, or the key of the province.")
@click.option("--year", required=True, help="Of which year it is.")
@click.option("--source", default="", help="Document, agency and day.")
@MADE_UP
@json_option
@refusing
def take(
    file: Path,
    kind: str,
    place: str,
    year: str,
    source: str,
    made_up: bool,
    as_json: bool,
) -> None:
    """Take a workbook in as the next version of an input: all of it, or nothing.

    JSON: `kind`, `place`, `period`, `version`, `digest`; refused, `fields` names each
    wrong cell by sheet and cell.
    """
    found = actions.take_account_input(
        kind=InputKind(kind),
        place=place,
        period=year,
        content=file.read_bytes(),
        name=file.name,
        source=source,
        actor=SYSTEM,
        at=clock.now(),
        made_up=made_up,
    )
    told = {n: v for n, v in asdict(found).items() if n != "data"}
    line = f"{found.kind.value} {place} {year}: version {found.version}"
    answer(told, line, as_json=as_json)


@group.command()
@click.argument("year")
@click.option("--method", type=ESTIMATED, default=Method.STATISTICS_OFFICE.value)
@click.option("--through", type=click.Choice([t.value for t in Through]))
@click.option("--quotient", type=click.Choice([q.value for q in Quotient]))
@click.option("--delta", type=float, default=0.3, help="Flegg's, 0 to 1.")
@click.option("--spread", type=float, default=0.2, help="How unsure coefficients are.")
@click.option("--members", type=int, default=1000)
@click.option("--seed", type=int, default=1)
@MADE_UP
@json_option
@refusing
def estimate(
    year: str,
    method: str,
    through: str | None,
    quotient: str | None,
    delta: float,
    spread: float,
    members: int,
    seed: int,
    made_up: bool,
    as_json: bool,
) -> None:
    """Work the province's share of a year out of the newest inputs, and keep it.

    JSON: `share` and `range` in percent of GRDP, `settings`, `details`, `inputs`: the
    digests of all it stands on. It is an estimate, never an official value.
    """
    found = actions.estimate_share(
        method=Method(method),
        period=year,
        settings=Settings(
            through=Through(through or Through.DIRECT),
            quotient=Quotient(quotient or Quotient.SIMPLE),
            delta=delta,
            spread=spread,
            members=members,
            seed=seed,
        ),
        actor=SYSTEM,
        at=clock.now(),
        made_up=made_up,
    )
    line = f"{found.method.value} {year}: {found.share:.2f} % (estimated)"
    answer(_estimate(found), line, as_json=as_json)
