"""Draw a workflow as BPMN 2.0 with its diagram, so that bpmn-js opens it."""

from xml.etree import ElementTree as ET

from tinhso.procedures.types.workflow import Action, Step, Workflow

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"

_WIDTH, _HEIGHT, _GAP, _LANE = 140, 70, 70, 150


def bpmn_xml(workflow: Workflow) -> bytes:
    """Write a workflow as BPMN 2.0 XML: a task a step, a sequence flow an action."""
    for prefix, uri in {"bpmn": BPMN, "bpmndi": BPMNDI, "dc": DC, "di": DI}.items():
        ET.register_namespace(prefix, uri)
    root = ET.Element(
        f"{{{BPMN}}}definitions",
        id=f"workflow_{workflow.key}",
        targetNamespace="urn:tinhso:workflow",
    )
    process = _add(root, BPMN, "process", id=workflow.key, isExecutable="false")
    process.set("name", workflow.title.vi)
    diagram = _add(root, BPMNDI, "BPMNDiagram", id="diagram")
    plane = _add(diagram, BPMNDI, "BPMNPlane", id="plane", bpmnElement=workflow.key)
    places = _places(workflow)
    _draw_start(process, plane, workflow)
    for step in workflow.steps:
        _draw_step(process, plane, step, places[step.key])
    for action, source, goal in flows(workflow):
        _draw_flow(process, plane, action, source, goal, places)
    xml: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return xml


def flows(workflow: Workflow) -> list[tuple[Action, str, str]]:
    """List the arrows: (action, from step, to step); a way back leads to the start.

    BPMN lets nothing leave an end: what corrects a result afterwards is not drawn.
    """
    return [
        (action, source, goal)
        for action in workflow.actions
        for source in action.sources
        if not workflow.step(source).is_end
        for goal in (action.goals or (workflow.start,))
    ]


def _places(workflow: Workflow) -> dict[str, tuple[int, int]]:
    roles = list(dict.fromkeys(step.role for step in workflow.steps))
    return {
        step.key: (160 + place * (_WIDTH + _GAP), 60 + roles.index(step.role) * _LANE)
        for place, step in enumerate(workflow.steps)
    }


def _add(parent: ET.Element, space: str, tag: str, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, f"{{{space}}}{tag}", attributes)


def _draw_start(process: ET.Element, plane: ET.Element, workflow: Workflow) -> None:
    _add(process, BPMN, "startEvent", id="start")
    flow = {"id": "begins", "sourceRef": "start", "targetRef": workflow.start}
    _add(process, BPMN, "sequenceFlow", **flow)
    _shape(plane, "start", 40, 77, 36, 36)
    _edge(plane, "begins", [(76, 95), (160, 95)])


def _draw_step(
    process: ET.Element, plane: ET.Element, step: Step, place: tuple[int, int]
) -> None:
    tag = "endEvent" if step.is_end else "userTask"
    _add(process, BPMN, tag, id=step.key, name=step.title.vi)
    width, height = (36, 36) if step.is_end else (_WIDTH, _HEIGHT)
    _shape(plane, step.key, *place, width, height)


def _draw_flow(
    process: ET.Element,
    plane: ET.Element,
    action: Action,
    source: str,
    goal: str,
    places: dict[str, tuple[int, int]],
) -> None:
    way = "_unpaid" if goal == action.unpaid else ""
    flow = {"id": f"{action.key}_{source}{way}", "name": action.title.vi}
    ends = {"sourceRef": source, "targetRef": goal}
    _add(process, BPMN, "sequenceFlow", **flow, **ends)
    (x1, y1), (x2, y2) = places[source], places[goal]
    half = _HEIGHT // 2
    _edge(plane, flow["id"], [(x1 + _WIDTH, y1 + half), (x2, y2 + half)])


def _shape(
    plane: ET.Element, element: str, x: int, y: int, width: int, height: int
) -> None:
    shape = _add(plane, BPMNDI, "BPMNShape", id=f"{element}_shape", bpmnElement=element)
    bounds = {"x": x, "y": y, "width": width, "height": height}
    _add(shape, DC, "Bounds", **{key: str(value) for key, value in bounds.items()})


def _edge(plane: ET.Element, element: str, points: list[tuple[int, int]]) -> None:
    edge = _add(plane, BPMNDI, "BPMNEdge", id=f"{element}_edge", bpmnElement=element)
    for x, y in points:
        _add(edge, DI, "waypoint", x=str(x), y=str(y))
