"""A diagram tells what drives what as the equations do, drawn and as a list."""

import json
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from tests.foresight.models import aux, read
from tests.foresight.scenarios import PATH, lever, quang_ninh, with_parameters
from tinhso.cli.main import main
from tinhso.foresight.rules.diagrams.drawn import as_lines, as_svg
from tinhso.foresight.rules.diagrams.loops import diagram_of
from tinhso.foresight.types.diagrams import Part, Sign

# Hares feed lynxes, lynxes eat hares; food is set by hand.
HARES = with_parameters(
    read(
        [
            '<stock name="hares"><eqn>50</eqn><inflow>born</inflow>'
            "<outflow>eaten</outflow></stock>",
            '<stock name="lynxes"><eqn>5</eqn><inflow>raised</inflow>'
            "<outflow>dying</outflow></stock>",
            '<flow name="born"><eqn>hares * 0.1 * (1 + food)</eqn></flow>',
            '<flow name="eaten"><eqn>hares * lynxes * hunger / 100</eqn></flow>',
            aux("hunger", "2 - 1"),
            '<flow name="raised"><eqn>eaten / 10</eqn></flow>',
            '<flow name="dying"><eqn>lynxes / 8</eqn></flow>',
            aux("ratio", "SMTH1(lynxes / hares, 3)"),
            aux("hump", "(TIME - 2) * food"),
        ]
    ),
    lever("food", 1, high=1),
    outputs=("ratio", "hump"),
)


@pytest.fixture(scope="module")
def hares():
    return diagram_of(HARES)


def test_links_have_the_signs_of_their_equations(hares):
    found = {(one.source, one.into): one.sign for one in hares.links}

    assert found == {
        ("food", "hares"): Sign.MORE,
        ("food", "hump"): Sign.MIXED,
        ("hares", "lynxes"): Sign.MORE,
        ("hares", "ratio"): Sign.LESS,
        ("lynxes", "hares"): Sign.LESS,
        ("lynxes", "ratio"): Sign.MORE,
    }


def test_loops_reinforce_or_balance_by_the_product_of_their_signs(hares):
    loops = {one.names: one.is_reinforcing for one in hares.loops}

    assert loops["hares", "lynxes"] is False
    assert set(loops) == {("hares",), ("lynxes",), ("hares", "lynxes")}


def test_a_diagram_is_drawn_with_all_it_says_as_text_too(hares):
    tree = ElementTree.fromstring(as_svg(hares))
    space = "{http://www.w3.org/2000/svg}"

    told = tree.find(f"{space}desc").text
    assert all(line in told for line in as_lines(hares))
    assert {one.get("id") for one in tree.iter(f"{space}g")} == {
        one.name for one in hares.things
    }
    assert tree.get("role") == "img"
    assert len(as_lines(hares)) == len(hares.links) + len(hares.loops)


def test_titles_of_a_model_cannot_break_out_of_the_drawing():
    evil = with_parameters(
        HARES, lever('"><script>alert(1)</script>', 1), *HARES.parameters
    )

    svg = as_svg(diagram_of(evil))

    assert "<script" not in svg
    ElementTree.fromstring(svg)


def test_the_diagram_of_the_province_shows_levers_inputs_stocks_and_outputs():
    found = diagram_of(quang_ninh())
    signs = {(one.source, one.into): one.sign for one in found.links}

    assert signs["sme_support", "adopters"] is Sign.MORE
    assert signs["skilled", "adopters"] is Sign.MORE
    assert signs["grdp", "digital_economy_share"] is Sign.LESS
    assert signs["service_quality", "online"] is Sign.MORE
    assert sum(one.part is Part.LEVER for one in found.things) == 5
    assert any(len(one.names) > 2 for one in found.loops)


def test_the_command_draws_a_file_and_says_the_same(tmp_path):
    out = tmp_path / "d.svg"

    told = ["foresight", "diagram", str(PATH), "--out", str(out), "--json"]
    result = CliRunner().invoke(main, told)

    found = json.loads(result.output)
    assert found["file"] == str(out)
    assert found["links"]
    ElementTree.fromstring(out.read_text("utf-8"))
