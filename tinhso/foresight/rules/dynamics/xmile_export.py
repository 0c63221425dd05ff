"""Write a model as XMILE 1.0, so that other programs can run it.

What XMILE has no words for is written in the notes: what is unsure becomes its median,
a lever its baseline. A table that refuses what lies outside cannot be written.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import product

from tinhso.foresight.rules.dynamics.drawing import middle
from tinhso.foresight.rules.dynamics.expressions import text_of
from tinhso.foresight.rules.dynamics.names import canonical, written
from tinhso.foresight.types.dynamics import (
    Ends,
    Model,
    Parameter,
    Sort,
    Table,
    Variable,
)
from tinhso.foresight.types.refusals import OutsideSubset

NAMESPACE = "http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"
TYPES = {Ends.HOLD: "continuous", Ends.EXTEND: "extrapolate", Ends.STEP: "discrete"}
Lines = Iterator[str]


def write_xmile(model: Model) -> str:
    """Write a model.

    :raises OutsideSubset: if it has a table that refuses what lies outside its points.
    """
    return "\n".join(_document(model)) + "\n"


def _document(model: Model) -> Lines:
    times = model.times
    yield '<?xml version="1.0" encoding="utf-8"?>'
    yield f'<xmile version="1.0" xmlns="{NAMESPACE}">'
    yield "  <header>"
    yield '    <vendor>Tỉnh Số</vendor><product version="1.0">tinhso</product>'
    yield f"    <name>{escape(model.title)}</name>"
    yield "  </header>"
    unit = f" time_units={_quoted(times.unit)}" if times.unit else ""
    yield f'  <sim_specs method="{times.method.value}"{unit}>'
    yield f"    <start>{times.start!r}</start><stop>{times.stop!r}</stop>"
    yield f"    <dt>{times.dt!r}</dt><savestep>{times.save_every!r}</savestep>"
    yield "  </sim_specs>"
    yield from _dimensions(model)
    yield "  <model>"
    yield "    <variables>"
    for parameter in model.parameters:
        yield from _parameter(parameter, model)
    for variable in model.variables:
        yield from _variable(variable, model.element_titles)
    yield "    </variables>"
    yield "  </model>"
    yield "</xmile>"


def _dimensions(model: Model) -> Lines:
    if not model.dimensions:
        return
    titles = model.element_titles
    yield "  <dimensions>"
    for name, elements in model.dimensions.items():
        yield f"    <dim name={_quoted(_called(name, titles))}>"
        for one in elements:
            yield f"      <elem name={_quoted(_called(one, titles))}/>"
        yield "    </dim>"
    yield "  </dimensions>"


def _parameter(one: Parameter, model: Model) -> Lines:
    # By its key, as equations call it; the words for people stand in the note.
    yield f"      <aux name={_quoted(one.name)}>"
    yield from _own_dimensions(one.dimensions, model.element_titles)
    values = [repr(_value(one, place)) for place in range(len(one.priors))]
    if len(values) == 1:
        yield f"        <eqn>{values[0]}</eqn>"
    else:
        places = product(*(model.dimensions[name] for name in one.dimensions))
        yield from _elements(zip(places, values, strict=True))
    yield from _told("units", one.unit)
    yield from _told("doc", "\n".join(filter(None, (one.title, one.source))))
    yield "      </aux>"


def _value(one: Parameter, place: int) -> float:
    return one.lever.baseline if one.lever else middle(one.priors[place])


def _elements(pairs: "Iterator[tuple[Sequence[str], str]]") -> Lines:
    for elements, text in pairs:
        told = _quoted(", ".join(elements))
        yield f"        <element subscript={told}><eqn>{text}</eqn></element>"


def _variable(one: Variable, titles: Mapping[str, str]) -> Lines:
    tag = one.sort.value
    kind = _table_type(one) if one.sort is Sort.TABLE else ""
    yield f"      <{tag} name={_quoted(_written_title(one))}{kind}>"
    yield from _own_dimensions(one.dimensions, titles)
    for equation in one.equations:
        text = escape(text_of(equation.tree))
        if equation.elements:
            yield from _elements(iter([(equation.elements, text)]))
        else:
            yield f"        <eqn>{text}</eqn>"
    yield from (f"        <inflow>{_name(flow)}</inflow>" for flow in one.inflows)
    yield from (f"        <outflow>{_name(flow)}</outflow>" for flow in one.outflows)
    if one.is_nonnegative:
        yield "        <non_negative/>"
    if one.table is not None:
        yield from _table(one, one.table)
    yield from _told("units", one.unit)
    yield from _told("doc", one.note)
    yield f"      </{tag}>"


def _written_title(one: Variable) -> str:
    """Name a variable as it is called; a title for people is another thing."""
    return one.title if canonical(one.title) == one.name else one.name


def _name(flow: str) -> str:
    return escape(written(flow))


def _table(one: Variable, table: Table) -> Lines:
    xs = ",".join(map(repr, table.xs))
    ys = ",".join(map(repr, table.ys))
    points = f"<xpts>{xs}</xpts><ypts>{ys}</ypts>"
    if one.sort is Sort.TABLE:
        yield f"        {points}"
    else:
        yield f"        <gf{_table_type(one)}>{points}</gf>"


def _table_type(one: Variable) -> str:
    ends = one.table.ends if one.table else Ends.HOLD
    if ends not in TYPES:
        raise OutsideSubset(one.origin, found=f"ends: {ends.value}")
    return f' type="{TYPES[ends]}"'


def _quoted(text: str) -> str:
    """Write a text as the value of an attribute."""
    return f'"{escape(text)}"'


def _called(key: str, titles: Mapping[str, str]) -> str:
    """Write a title where it is only another spelling of the key, else the key."""
    title = titles.get(key, key)
    return title if canonical(title) == key else key


def _own_dimensions(dimensions: tuple[str, ...], titles: Mapping[str, str]) -> Lines:
    if not dimensions:
        return
    named = (f"<dim name={_quoted(_called(one, titles))}/>" for one in dimensions)
    yield f"        <dimensions>{''.join(named)}</dimensions>"


def _told(tag: str, text: str) -> Lines:
    if text:
        yield f"        <{tag}>{escape(text)}</{tag}>"
