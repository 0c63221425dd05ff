"""Every example that ends in a result gets as far as writing it."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tinhso.kernel.packs.reader import plain
from tinhso.procedures import actions
from tinhso.procedures.types import Channel, FieldKind


def contents(folder):
    """Read the content of all packs in folders of one name."""
    for file in sorted(Path("packs").rglob(f"{folder}/*.yaml")):
        yield plain(YAML(typ="safe").load(file.read_text("utf-8")))


TEMPLATES = {one["key"]: one for one in contents("templates")}
ISSUED = [
    pytest.param(example, id=example["procedure"])
    for one in contents("examples")
    for example in one["examples"]
    if example["expect"].get("end") == "returned"
]


def entry(procedure):
    """Fill the officer's form as the template's example does; tick what is asked."""
    result = procedure.result
    known = TEMPLATES[result.template]["example"]
    told = {
        rule["var"].removeprefix("officer."): known[name]
        for name, rule in result.data.items()
        if isinstance(rule, dict) and str(rule.get("var")).startswith("officer.")
    }
    ticks = {
        field.key: True
        for field in result.officer_form.fields()
        if field.kind is FieldKind.YES_NO
    }
    return {**told, **ticks}


def test_eleven_procedures_are_complete():
    assert len({example.values[0]["procedure"] for example in ISSUED}) == 11


@pytest.mark.parametrize("example", ISSUED)
def test_the_result_is_written_from_the_answers(
    example, citizen, clerk, officer, leader, ward, upload, now
):
    files = {field: [upload(citizen)] for field in example.get("files", ())}
    dossier = actions.submit_dossier(
        procedure_code=example["procedure"],
        organization_id=ward.id,
        channel=Channel(example.get("channel", "online")),
        case=example.get("case", ""),
        answers={**example["answers"], **files},
        key="example",
        actor=citizen,
        at=now,
    )
    for actor, action in ((clerk, "receive"), (officer, "draft_result")):
        dossier = actions.take_action(
            dossier_id=dossier.id,
            action_key=action,
            revision=dossier.revision,
            actor=actor,
            at=now,
            data={**entry(dossier.procedure), "signer": str(leader.person_id)},
        )

    assert dossier.result_document_id
