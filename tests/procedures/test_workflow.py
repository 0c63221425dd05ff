"""A workflow that cannot be finished is found before it is published."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from tinhso.procedures.catalogue.reading import read_workflow
from tinhso.procedures.models import WorkflowVersion
from tinhso.procedures.types import Action, Label, Status, Step, Workflow
from tinhso.procedures.workflow import machine
from tinhso.procedures.workflow.bpmn import BPMN, BPMNDI, bpmn_xml


def step(key, role="clerk"):
    return Step(key, Label(key, key), role, Status.IN_PROGRESS)


def way(key, sources, to, role="clerk", **more):
    return Action(key, Label(key, key), tuple(sources), to, role, **more)


GOOD = Workflow(
    key="good",
    number=1,
    title=Label("Tốt", "Good"),
    start="a",
    steps=(step("a"), step("b", "leader"), step("end", "")),
    actions=(
        way("go", ["a"], "b"),
        way("back", ["b"], "", role="leader"),
        way("finish", ["b"], "end", role="leader", guard={"var": "ready"}),
    ),
)


def messages(workflow):
    return [message for _, message in machine.faults(workflow)]


def test_a_good_workflow_has_no_faults():
    assert messages(GOOD) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"start": "z"}, "no step 'z'"),
        ({"steps": (*GOOD.steps, step("island"))}, "no action leads here"),
        ({"actions": GOOD.actions[:2]}, "no way from here to an end"),
        ({"actions": (*GOOD.actions, way("x", ["q"], "b"))}, "no step 'q'"),
    ],
)
def test_a_workflow_that_cannot_be_finished_is_refused(changes, message):
    assert message in messages(replace(GOOD, **changes))


def test_actions_are_offered_by_step_role_and_guard():
    def offered(at, *roles, **data):
        return [a.key for a in machine.offered(GOOD, at, data, roles)]

    assert offered("a", "clerk") == ["go"]
    assert offered("a", "leader") == []
    assert offered("b", "leader") == ["back"]
    assert offered("b", "leader", ready=True) == ["back", "finish"]


def test_the_drawing_has_a_shape_for_each_step_and_an_edge_for_each_way():
    root = ET.fromstring(bpmn_xml(GOOD))

    ids = {element.get("id") for element in root.iter()}
    edges = root.findall(f".//{{{BPMNDI}}}BPMNEdge")
    flows = root.findall(f".//{{{BPMN}}}sequenceFlow")
    assert {"a", "b", "end", "a_shape", "b_shape", "end_shape"} <= ids
    assert len(edges) == len(flows) == 4
    for flow in flows:
        assert {flow.get("sourceRef"), flow.get("targetRef")} <= ids


@pytest.mark.parametrize("key", ["paper_result", "signed_result"])
def test_the_desk_asks_for_completion_before_it_receives(content, key):
    body = WorkflowVersion.objects.get(key=key).body
    workflow = read_workflow(body, number=1)
    data = {"answers": {}, "dossier": {"is_supplemented": False}}

    offered = machine.offered(workflow, workflow.start, data, ["clerk"])

    assert "ask_supplement" in [action.key for action in offered]
    assert all(action.reasons for action in offered if action.needs)
