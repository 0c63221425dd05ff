"""Read a model from the YAML of a pack, once it fits its schema."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from json import dumps
from typing import Any, NoReturn

from tinhso.foresight.rules.dynamics.arrays import places_of
from tinhso.foresight.rules.dynamics.compiling import compile_model
from tinhso.foresight.rules.dynamics.drawing import require_sound
from tinhso.foresight.rules.dynamics.expressions import parse
from tinhso.foresight.rules.dynamics.tables import sound_table
from tinhso.foresight.rules.dynamics.units import require_units
from tinhso.foresight.types.dynamics import (
    Ends,
    Equation,
    Evidence,
    Level,
    Lever,
    Measured,
    Method,
    Model,
    Parameter,
    Prior,
    Sort,
    Table,
    Times,
    Variable,
)
from tinhso.foresight.types.expressions import ModelRefused, Origin
from tinhso.foresight.types.refusals import (
    LeverOutside,
    NameTwice,
    NameUnknown,
    PriorWrong,
    SubscriptWrong,
    TimesWrong,
)

Told = Mapping[str, Any]
# Answers the line of a field, `stocks.0.initial`.
Lines = Callable[[str], int]
SECTIONS = (
    ("stocks", Sort.STOCK),
    ("flows", Sort.FLOW),
    ("auxiliaries", Sort.AUXILIARY),
)
TERMS: Mapping[str, tuple[str, ...]] = {
    "normal": ("mean", "sd"),
    "lognormal": ("median", "sd"),
    "uniform": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "beta": ("alpha", "beta", "low", "high"),
}


def digest_of(body: Told) -> str:
    """Answer the SHA-256 of all that a declaration says."""
    told = dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(told.encode()).hexdigest()


def model_of(body: Told, *, file: str = "", lines: Lines = lambda field: 1) -> Model:
    """Read a model that fits its schema, and see that it can be run.

    :raises ModelRefused: naming file, line and field of what is wrong.
    """
    model = _Reading(body, file, lines).model()
    compile_model(model)
    require_units(model)
    return model


def faults_of(body: Told) -> dict[str, str]:
    """Answer {field: what is wrong}, for the first fault of a declaration."""
    try:
        model_of(body)
    except ModelRefused as refusal:
        line = refusal.origin.line
        told = str(refusal).removeprefix(f"{refusal.origin}: ")
        where = f"{line}: " if line > 1 else ""
        return {
            refusal.origin.what or "key": f"{type(refusal).__name__}: {where}{told}"
        }
    return {}


class _Reading:
    """A declaration being read."""

    def __init__(self, body: Told, file: str, lines: Lines) -> None:
        self._body, self._file, self._lines = body, file, lines
        self._dimensions: dict[str, tuple[str, ...]] = {}

    def _origin(self, field: str) -> Origin:
        return Origin(self._file, self._lines(field), field)

    def _list(self, section: str) -> Iterator[tuple[str, Told]]:
        for place, told in enumerate(self._body.get(section, ())):
            yield f"{section}.{place}", told

    def model(self) -> Model:
        """Read it all."""
        body = self._body
        self._dimensions = dict(self._dimensions_told())
        parameters = tuple(self._parameters())
        variables = (*self._variables(), *self._tables())
        self._require_outputs(variables)
        titles = body.get("description", {"vi": "", "en": ""})
        return Model(
            key=body["key"],
            title=body["title"]["vi"],
            title_en=body["title"]["en"],
            description=titles["vi"],
            description_en=titles["en"],
            times=self._times(),
            variables=variables,
            parameters=parameters,
            dimensions=self._dimensions,
            outputs=tuple(body["outputs"]),
            levers_from=self._levers_from(),
            element_titles=dict(self._titles()),
            digest=digest_of(body),
            origin=self._origin("dt"),
        )

    def _times(self) -> Times:
        body = self._body
        return Times(
            start=float(body["start"]),
            stop=float(body["stop"]),
            dt=float(body["dt"]),
            save_every=float(body.get("save_every", body["dt"])),
            method=Method(body["method"]),
            unit=body["time_unit"],
        )

    def _levers_from(self) -> float | None:
        told = self._body.get("levers_from")
        if told is None:
            return None
        if not self._body["start"] <= told < self._body["stop"]:
            between = {"start": self._body["start"], "stop": self._body["stop"]}
            raise TimesWrong(self._origin("levers_from"), **between)
        return float(told)

    def _dimensions_told(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        seen: set[str] = set()
        for field, told in self._list("dimensions"):
            keys = [told["key"], *(one["key"] for one in told["elements"])]
            for key in keys:
                if key in seen:
                    raise NameTwice(self._origin(f"{field}.key"), name=key)
                seen.add(key)
            yield keys[0], tuple(keys[1:])

    def _titles(self) -> Iterator[tuple[str, str]]:
        for _, told in self._list("dimensions"):
            yield told["key"], told["title"]["vi"]
            for one in told["elements"]:
                yield one["key"], one["title"]["vi"]

    def _require_outputs(self, variables: Sequence[Variable]) -> None:
        known = {one.name for one in variables if one.sort is not Sort.TABLE}
        for place, key in enumerate(self._body["outputs"]):
            if key not in known:
                raise NameUnknown(self._origin(f"outputs.{place}"), name=key)

    def _variables(self) -> Iterator[Variable]:
        for section, sort in SECTIONS:
            name = "initial" if sort is Sort.STOCK else "equation"
            for field, told in self._list(section):
                by = self._by(told, field)
                yield Variable(
                    name=told["key"],
                    title=told["title"]["vi"],
                    title_en=told["title"]["en"],
                    sort=sort,
                    equations=tuple(self._equations(told[name], f"{field}.{name}", by)),
                    dimensions=by,
                    inflows=tuple(told.get("inflows", ())),
                    outflows=tuple(told.get("outflows", ())),
                    is_nonnegative=told.get("nonnegative", False),
                    unit=told["unit"],
                    note=self._note(told, field),
                    origin=self._origin(field),
                )

    def _note(self, told: Told, field: str) -> str:
        source = self._source(told, field) if "source" in told else ""
        return "\n".join(filter(None, (told.get("note", ""), source)))

    def _source(self, told: Told, field: str) -> str:
        key, sources = told["source"], self._body.get("sources", {})
        if key not in sources:
            raise NameUnknown(self._origin(f"{field}.source"), name=key)
        return str(sources[key])

    def _by(self, told: Told, field: str) -> tuple[str, ...]:
        by = tuple(told.get("by", ()))
        for place, name in enumerate(by):
            if name not in self._dimensions:
                raise NameUnknown(self._origin(f"{field}.by.{place}"), name=name)
        return by

    def _equations(
        self, told: Any, field: str, by: tuple[str, ...]
    ) -> Iterator[Equation]:
        if not isinstance(told, Mapping):
            yield self._equation(told, field, ())
            return
        places = set(places_of(by, self._dimensions, self._origin(field)))
        for key, text in told.items():
            elements = tuple(one.strip() for one in str(key).split(","))
            if elements not in places:
                raise SubscriptWrong(self._origin(field), name=field, found=key)
            yield self._equation(text, f"{field}.{key}", elements)
        if len(told) != len(places):
            missing = f"{len(told)}/{len(places)}"
            raise SubscriptWrong(self._origin(field), name=field, found=missing)

    def _equation(self, told: Any, field: str, elements: tuple[str, ...]) -> Equation:
        text = str(told)
        line = self._lines(field) + ("\n" in text.strip())  # a block begins below
        origin = Origin(self._file, line, field)
        return Equation(parse(text, origin), elements, origin)

    def _tables(self) -> Iterator[Variable]:
        for field, told in self._list("lookups"):
            xs, ys = zip(*told["points"], strict=True)
            table = Table(
                tuple(map(float, xs)), tuple(map(float, ys)), Ends(told["ends"])
            )
            yield Variable(
                name=told["key"],
                title=told["title"]["vi"],
                title_en=told["title"]["en"],
                sort=Sort.TABLE,
                table=sound_table(table, self._origin(f"{field}.points")),
                unit=told["unit"],
                unit_of_input=told["unit_of_input"],
                note=self._note(told, field),
                origin=self._origin(field),
            )

    def _parameters(self) -> Iterator[Parameter]:
        for field, told in self._list("constants"):
            yield self._constant(told, field)
        for field, told in self._list("inputs"):
            yield self._input(told, field)
        for field, told in self._list("levers"):
            yield self._lever(told, field)

    def _constant(self, told: Told, field: str) -> Parameter:
        by = self._by(told, field)
        return Parameter(
            name=told["key"],
            title=told["title"]["vi"],
            title_en=told["title"]["en"],
            priors=tuple(self._priors(told, field, by)),
            dimensions=by,
            unit=told["unit"],
            source=self._source(told, field),
            is_assumed=told.get("assumed", False),
            origin=self._origin(field),
        )

    def _priors(self, told: Told, field: str, by: tuple[str, ...]) -> Iterator[Prior]:
        way = "prior" if "prior" in told else "value"
        given, place = told[way], f"{field}.{way}"
        read = self._prior if way == "prior" else self._fixed
        is_one = not isinstance(given, Mapping) or "distribution" in given
        if is_one:
            yield read(given, place)
            return
        elements = self._dimensions[by[0]] if len(by) == 1 else ()
        if set(given) != set(elements):
            found = ", ".join(sorted(set(given) ^ set(elements)))
            raise SubscriptWrong(self._origin(place), name=told["key"], found=found)
        for one in elements:
            yield read(given[one], f"{place}.{one}")

    @staticmethod
    def _fixed(told: float, field: str) -> Prior:
        return Prior("fixed", (float(told),))

    def _prior(self, told: Told, field: str) -> Prior:
        kind = told["distribution"]
        filled = {"low": 0.0, "high": 1.0, **told} if kind == "beta" else told
        if set(TERMS[kind]) | {"distribution"} != set(filled):
            self._refuse_terms(told, field)
        prior = Prior(kind, tuple(float(filled[name]) for name in TERMS[kind]))
        require_sound(prior, self._origin(field))
        return prior

    def _refuse_terms(self, told: Told, field: str) -> NoReturn:
        given = ", ".join(sorted(set(told) - {"distribution"}))
        kind = told["distribution"]
        raise PriorWrong(self._origin(field), distribution=kind, terms=given)

    def _input(self, told: Told, field: str) -> Parameter:
        fallback = told.get("fallback")
        value = float(fallback["value"]) if fallback else None
        where = f"{field}.fallback"
        source = self._source(fallback, where) if fallback else ""
        return Parameter(
            name=told["key"],
            title=told["title"]["vi"],
            title_en=told["title"]["en"],
            priors=(Prior("fixed", (value or 0.0,)),),
            unit=told["unit"],
            measured=Measured(told["measure"], str(told["period"]), value, source),
            origin=self._origin(field),
        )

    def _lever(self, told: Told, field: str) -> Parameter:
        cost = told.get("cost")
        lever = Lever(
            low=float(told["low"]),
            high=float(told["high"]),
            baseline=float(told["baseline"]),
            levels=tuple(_level(one) for one in told.get("levels", ())),
            cost=float(cost["per_unit_and_year"]) if cost else None,
            cost_source=self._source(cost, f"{field}.cost") if cost else "",
            evidence=tuple(self._evidence(told, field)),
        )
        self._require_bounds(lever, told["key"], field)
        return Parameter(
            name=told["key"],
            title=told["title"]["vi"],
            title_en=told["title"]["en"],
            priors=(Prior("fixed", (lever.baseline,)),),
            unit=told["unit"],
            lever=lever,
            origin=self._origin(field),
        )

    def _evidence(self, told: Told, field: str) -> Iterator[Evidence]:
        for place, one in enumerate(told.get("evidence", ())):
            source = self._source(one, f"{field}.evidence.{place}")
            yield Evidence(source, one["finding"]["vi"], one["finding"]["en"])

    def _require_bounds(self, lever: Lever, key: str, field: str) -> None:
        for value in (lever.baseline, *(one.value for one in lever.levels)):
            if not lever.low <= value <= lever.high:
                place = self._origin(field)
                bounds = {"low": f"{lever.low:g}", "high": f"{lever.high:g}"}
                raise LeverOutside(place, lever=key, set=f"{value:g}", **bounds)


def _level(told: Told) -> Level:
    titles = told["title"]
    return Level(told["key"], titles["vi"], titles["en"], float(told["value"]))
