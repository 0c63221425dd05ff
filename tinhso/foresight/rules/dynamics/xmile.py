"""Read XMILE 1.0 (OASIS), as far as the stated subset goes; the rest by name.

Taken: stocks, flows, auxiliaries, graphical functions, arrays, non-negative stocks and
flows, Euler and RK4. Not: modules, macros, conveyors, queues, ovens, events, data.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import NoReturn

from tinhso.foresight.rules.dynamics.arrays import (
    MOST_CELLS,
    Dimensions,
    places_of,
)
from tinhso.foresight.rules.dynamics.expressions import parse, parse_list
from tinhso.foresight.rules.dynamics.names import canonical
from tinhso.foresight.rules.dynamics.tables import sound_table
from tinhso.foresight.rules.dynamics.xml_tree import Element, read_xml
from tinhso.foresight.types.dynamics import (
    Ends,
    Equation,
    Method,
    Model,
    Sort,
    Table,
    Times,
    Variable,
)
from tinhso.foresight.types.expressions import Node, Origin
from tinhso.foresight.types.refusals import (
    ModelTooLarge,
    ModelUnreadable,
    OutsideSubset,
    SubscriptWrong,
)

SORTS = {one.value: one for one in Sort}
METHODS = {"euler": Method.EULER, "rk4": Method.RK4}
ENDS = {"continuous": Ends.HOLD, "extrapolate": Ends.EXTEND, "discrete": Ends.STEP}
# Of a variable, what says something of its numbers, and what only of its looks.
MEANT = {"eqn", "inflow", "outflow", "non_negative", "units", "doc", "dimensions"}
MEANT |= {"element", "gf", "xscale", "yscale", "xpts", "ypts"}
LOOKS = {"format", "range", "scale", "display"}
OF_MODEL = {"variables", "views", "sim_specs", "behavior", "display", "interface"}
OF_FILE = {"header", "sim_specs", "dimensions", "behavior", "model", "model_units"}
OF_FILE |= {"style", "data", "default_format", "prefs", "product", "equation_prefs"}


def read_xmile(content: bytes, file: str) -> Model:
    """Read a model.

    :raises ModelRefused: naming file, line and element of what is not taken.
    """
    return _Reading(read_xml(content, file), file, sha256(content).hexdigest()).model()


class _Reading:
    """An XMILE file being read."""

    def __init__(self, root: Element, file: str, digest: str) -> None:
        self._root, self._file, self._digest = root, file, digest
        self._titles: dict[str, str] = {}

    def _origin(self, element: Element, what: str = "") -> Origin:
        return Origin(self._file, element.line, what or f"<{element.tag}>")

    def _refuse(self, element: Element, found: str = "") -> NoReturn:
        raise OutsideSubset(self._origin(element), found=found or f"<{element.tag}>")

    def model(self) -> Model:
        """Read it all."""
        root = self._root
        if root.tag != "xmile":
            raise ModelUnreadable(self._origin(root), found="<xmile>?")
        self._require(root, OF_FILE)
        inner = self._only_model()
        dimensions = self._dimensions(root)
        header = root.first("header")
        title = header.told("name") if header else ""
        return Model(
            key=canonical(title or "model"),
            title=title or "model",
            times=self._times(root),
            variables=tuple(self._variables(inner, dimensions)),
            dimensions=dimensions,
            has_units=False,
            element_titles=self._titles,
            digest=self._digest,
            origin=Origin(self._file),
        )

    def _require(self, element: Element, known: set[str]) -> None:
        """Refuse children that are not known; prefixed ones are other programs' own."""
        for child in element.children:
            if child.tag not in known and ":" not in child.tag:
                self._refuse(child)

    def _only_model(self) -> Element:
        models = list(self._root.all("model"))
        if len(models) != 1:
            self._refuse(models[1] if models else self._root, "<model>")
        self._require(models[0], OF_MODEL | set(SORTS))
        return models[0]

    def _times(self, root: Element) -> Times:
        specs = root.first("sim_specs")
        if specs is None:
            self._refuse(root, "<sim_specs>")
        told = specs.attributes.get("method", "euler").lower()
        if told not in METHODS:
            self._refuse(specs, f"method={told!r}")
        dt = self._dt(specs)
        save_every = specs.first("savestep") or specs.first("save_step")
        return Times(
            start=self._number(specs, "start", 0.0),
            stop=self._number(specs, "stop", 100.0),
            dt=dt,
            save_every=self._float(save_every) if save_every else dt,
            method=METHODS[told],
            unit=specs.attributes.get("time_units", ""),
        )

    def _dt(self, specs: Element) -> float:
        dt, element = self._number(specs, "dt", 1.0), specs.first("dt")
        is_reciprocal = element is not None and (
            element.attributes.get("reciprocal", "").lower() == "true"
        )
        return 1 / dt if is_reciprocal and dt else dt

    def _number(self, parent: Element, tag: str, otherwise: float) -> float:
        element = parent.first(tag)
        return otherwise if element is None else self._float(element)

    def _float(self, element: Element, text: str = "") -> float:
        told = text or element.text
        try:
            return float(told)
        except ValueError:
            found = told.strip()[:40]
            raise ModelUnreadable(self._origin(element), found=found) from None

    def _dimensions(self, root: Element) -> Dimensions:
        known = {}
        outer = root.first("dimensions")
        for dim in outer.all("dim") if outer else ():
            known[self._named(dim)] = tuple(self._elements(dim))
        return known

    def _elements(self, dim: Element) -> Iterator[str]:
        named = list(dim.all("elem"))
        if named:
            yield from (self._named(one) for one in named)
            return
        size = self._float(dim, dim.attributes.get("size", "?"))
        if not 1 <= size <= MOST_CELLS:
            raise ModelTooLarge(self._origin(dim), most=MOST_CELLS)
        yield from (str(place + 1) for place in range(int(size)))

    def _named(self, element: Element) -> str:
        title = element.attributes.get("name", "").strip()
        if not title:
            self._refuse(element, f"<{element.tag}> name=?")
        self._titles.setdefault(canonical(title), title)
        return canonical(title)

    def _variables(self, inner: Element, dimensions: Dimensions) -> Iterator[Variable]:
        ruled = self._nonnegative_sorts(inner)
        # Older programs put variables into the model itself.
        for holder in (inner, *inner.all("variables")):
            for element in holder.all(*SORTS) if holder is inner else holder.children:
                if element.tag not in SORTS:
                    self._refuse(element)
                yield self._variable(element, dimensions, ruled)

    def _nonnegative_sorts(self, inner: Element) -> set[str]:
        """Find out which sorts do not go below zero unless they say so."""
        behaviors = [*self._root.all("behavior"), *inner.all("behavior")]
        ruled = set()
        for behavior in behaviors:
            self._require(behavior, {"non_negative", "stock", "flow"})
            if _is_on(behavior, False):
                ruled |= {"stock", "flow"}
            ruled |= {one.tag for one in behavior.all("stock", "flow") if _is_on(one)}
        return ruled

    def _variable(
        self, element: Element, dimensions: Dimensions, ruled: set[str]
    ) -> Variable:
        for child in element.children:
            if child.tag not in MEANT | LOOKS:
                self._refuse(child)
        name = self._named(element)
        own = self._own_dimensions(element, dimensions)
        table = self._table(element)
        equations = tuple(self._equations(element, own, dimensions))
        sort = SORTS[element.tag]
        if table and not equations:
            sort = Sort.TABLE
        return Variable(
            name=name,
            title=element.attributes["name"].strip(),
            sort=sort,
            equations=equations,
            dimensions=own,
            inflows=tuple(canonical(one.text) for one in element.all("inflow")),
            outflows=tuple(canonical(one.text) for one in element.all("outflow")),
            is_nonnegative=_is_on(element, element.tag in ruled),
            table=table,
            unit=element.told("units"),
            note=element.told("doc"),
            origin=self._origin(element, f"<{element.tag}> {name}"),
        )

    def _own_dimensions(
        self, element: Element, dimensions: Dimensions
    ) -> tuple[str, ...]:
        outer = element.first("dimensions")
        own = tuple(self._named(dim) for dim in outer.all("dim")) if outer else ()
        places_of(own, dimensions, self._origin(element))
        return own

    def _equations(
        self, element: Element, own: tuple[str, ...], dimensions: Dimensions
    ) -> Iterator[Equation]:
        for part in element.all("element"):
            yield from self._of_element(element, part, own, dimensions)
        written = [one for one in element.all("eqn") if one.text.strip()]
        places = places_of(own, dimensions, self._origin(element))
        if len(written) > 1:
            if len(written) != len(places):
                self._refuse(written[1])
            for eqn, elements in zip(written, places, strict=True):
                yield Equation(self._tree(eqn), elements, self._eqn(eqn))
        elif written:
            yield from self._of_all(written[0], places)

    def _eqn(self, eqn: Element) -> Origin:
        return self._origin(eqn)

    def _of_element(
        self,
        element: Element,
        part: Element,
        own: tuple[str, ...],
        dimensions: Dimensions,
    ) -> Iterator[Equation]:
        told = part.attributes.get("subscript", "")
        elements = tuple(canonical(one) for one in told.split(","))
        is_there = len(elements) == len(own) and all(
            one in dimensions[name] for one, name in zip(elements, own, strict=True)
        )
        if not is_there:
            origin = self._origin(part)
            raise SubscriptWrong(origin, name=element.attributes["name"], found=told)
        for eqn in part.all("eqn"):
            yield Equation(self._tree(eqn), elements, self._eqn(eqn))

    def _of_all(
        self, eqn: Element, places: list[tuple[str, ...]]
    ) -> Iterator[Equation]:
        """Read one equation of all elements, or a list with one for each."""
        trees = parse_list(self._text(eqn), self._eqn(eqn))
        if len(trees) == 1:
            yield Equation(trees[0], (), self._eqn(eqn))
            return
        if len(trees) != len(places):
            self._refuse(eqn)
        for tree, elements in zip(trees, places, strict=True):
            yield Equation(tree, elements, self._eqn(eqn))

    def _tree(self, eqn: Element) -> Node:
        return parse(self._text(eqn), self._eqn(eqn))

    def _text(self, eqn: Element) -> str:
        if eqn.text.strip() == "???":  # what a converter writes where it gave up
            self._refuse(eqn, "<eqn>???</eqn>")
        return eqn.text

    def _table(self, element: Element) -> Table | None:
        gf = element if element.tag == "gf" else element.first("gf")
        if gf is None:
            return None
        ends = self._ends(gf)
        ys = self._points(gf, "ypts")
        xs = self._points(gf, "xpts") or self._scaled(gf, len(ys))
        return sound_table(Table(xs, ys, ends), self._origin(gf))

    def _ends(self, gf: Element) -> Ends:
        told = gf.attributes.get("type", "continuous").lower()
        if gf.attributes.get("discrete", "").lower() == "true":
            told = "discrete"
        if told not in ENDS:
            self._refuse(gf, f"type={told!r}")
        return ENDS[told]

    def _points(self, gf: Element, tag: str) -> tuple[float, ...]:
        points = gf.first(tag)
        if points is None:
            return ()
        parts = points.text.split(points.attributes.get("sep", ","))
        return tuple(self._float(points, part) for part in parts if part.strip())

    def _scaled(self, gf: Element, count: int) -> tuple[float, ...]:
        scale = gf.first("xscale")
        if scale is None or count < 2:
            self._refuse(gf, "<xscale>?")
        low = self._float(scale, scale.attributes.get("min", "?"))
        high = self._float(scale, scale.attributes.get("max", "?"))
        return tuple(low + (high - low) * n / (count - 1) for n in range(count))


def _is_on(element: Element, otherwise: bool = False) -> bool:
    """Tell whether a thing is not to go below zero."""
    found = element.first("non_negative")
    if found is None:
        return otherwise
    return found.text.strip().lower() != "false"
