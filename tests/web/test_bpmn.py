"""The drawn workflow opens in bpmn-js."""

from pathlib import Path

import pytest
from django.utils import timezone

from tinhso.procedures import queries

VIEWER = Path("node_modules/bpmn-js/dist/bpmn-viewer.production.min.js")


@pytest.fixture
def drawn(content):
    """The drawing and its steps, read before a browser changes the event loop."""
    today = timezone.localdate()
    xml = queries.workflow_diagram(code="1.001193", on=today).decode()
    workflow = queries.get_procedure(code="1.001193", on=today).workflow
    return xml, {step.key for step in workflow.steps}


def test_the_drawing_opens_in_bpmn_js_and_shows_every_step(drawn, chrome):
    xml, steps = drawn
    page = chrome.new_page()
    page.set_content("<div id=canvas style='width:1200px;height:800px'></div>")
    page.add_script_tag(path=VIEWER)

    result = page.evaluate(
        """async xml => {
            const viewer = new BpmnJS({container: '#canvas'});
            const {warnings} = await viewer.importXML(xml);
            const all = viewer.get('elementRegistry').getAll();
            return {warnings: warnings.map(String), ids: all.map(e => e.id)};
        }""",
        xml,
    )

    assert result["warnings"] == []
    assert steps <= set(result["ids"])
