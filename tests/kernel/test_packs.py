"""A fault in a pack is named by file, line and field, and then nothing is applied."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from tinhso.cli.packs import group
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.errors import NotFound
from tinhso.kernel.packs import actions as packs
from tinhso.kernel.packs import drafts, local, reader, versions
from tinhso.kernel.packs.models import ContentVersion
from tinhso.kernel.packs.types import ContentRefused, DraftMovedOn, PackRefused
from tinhso.procedures import queries

FORM = "sectors/civil_status/forms/marital_status.yaml"


# What most tests need: reading all packs of the house takes twenty times as long.
FEW = ("sectors/civil_status", "sectors/one_stop")


@pytest.fixture
def folder(tmp_path):
    """A folder with a few packs of the house."""
    for name in FEW:
        shutil.copytree(f"packs/{name}", tmp_path / "packs" / name)
    return tmp_path / "packs"


@pytest.fixture
def whole(tmp_path):
    """A folder with all packs of the house."""
    return Path(shutil.copytree("packs", tmp_path / "packs"))


def change(folder, file, old, new):
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_packs_of_the_house_have_no_faults():
    assert packs.check(Path("packs")) == []


@pytest.mark.parametrize(
    ("old", "new", "field", "message"),
    [
        ("kind: date", "kind: day", "kind", "'day' is not one of"),
        ("key: proof_office", "key: proof_number", "", "stands twice"),
        ("{var: status}", "{var: state}", "", "which no field answers"),
        (
            "accepts: [application/pdf",
            "# accepts: [application/pdf",
            "",
            "no type of file",
        ),
        ("sections:", "sektions:", "", "'sektions' was unexpected"),
        ("title:\n", "title: [\n", "", "expected"),
    ],
)
def test_a_fault_names_file_line_and_field(folder, old, new, field, message):
    line = change(folder, FORM, old, new)

    faults = packs.check(folder)

    assert any(
        fault.file.endswith(FORM)
        and abs(fault.line - line) <= 12
        and fault.field.endswith(field)
        and message in fault.message
        for fault in faults
    ), [str(fault) for fault in faults]


def test_the_line_of_a_wrong_value_is_exact(folder):
    line = change(folder, FORM, "kind: date", "kind: day")

    [fault] = packs.check(folder)

    assert fault.line == line


@pytest.mark.django_db
def test_a_pack_with_a_fault_changes_nothing(folder, now):
    change(folder, FORM, "kind: date", "kind: day")

    with pytest.raises(PackRefused):
        packs.apply(folder, actor=SYSTEM, at=now)

    assert not ContentVersion.objects.exists()


@pytest.mark.django_db
def test_applying_twice_changes_nothing_the_second_time(folder, now):
    assert packs.diff(folder)
    packs.apply(folder, actor=SYSTEM, at=now)

    assert packs.diff(folder) == []
    assert packs.apply(folder, actor=SYSTEM, at=now) == []


@pytest.mark.django_db
def test_a_start_reads_no_packs_that_are_applied_already(folder, now, monkeypatch):
    packs.apply(folder, actor=SYSTEM, at=now)
    monkeypatch.setattr(packs.reader, "find", None)

    assert packs.apply_if_changed(folder, actor=SYSTEM, at=now) == []


@pytest.mark.django_db
def test_a_start_applies_packs_that_changed_or_changed_back(folder, now):
    packs.apply(folder, actor=SYSTEM, at=now)
    change(folder, FORM, "max_length: 500", "max_length: 400")

    [there] = packs.apply_if_changed(folder, actor=SYSTEM, at=now)
    change(folder, FORM, "max_length: 400", "max_length: 500")
    [back] = packs.apply_if_changed(folder, actor=SYSTEM, at=now)

    assert (there.version, back.version) == (2, 3)


def test_packs_are_other_ones_where_a_file_went_to_another_pack(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "form.yaml").write_text("key: x")
    before = reader.digest_of_packs(tmp_path, (), with_demo=False)

    (tmp_path / "one").rename(tmp_path / "other")

    assert reader.digest_of_packs(tmp_path, (), with_demo=False) != before


@pytest.mark.django_db
def test_a_start_applies_packs_over_those_of_a_release_before(folder, now):
    packs.apply(folder, actor=SYSTEM, at=now)
    kept = ContentVersion.objects.get(kind="forms", key="marital_status")
    ContentVersion.objects.create(
        pack=kept.pack,
        kind=kept.kind,
        key=kept.key,
        version=2,
        digest="older",
        body=kept.body,
        applied_at=now + timedelta(hours=1),
    )

    [again] = packs.apply_if_changed(folder, actor=SYSTEM, at=now + timedelta(hours=2))

    assert (again.key, again.version) == ("marital_status", 3)


@pytest.mark.django_db
def test_what_no_pack_holds_any_more_is_told_and_stays(folder, now):
    packs.apply(folder, actor=SYSTEM, at=now)
    (folder / "sectors/civil_status/examples/marital_status.yaml").unlink()

    [left] = packs.diff(folder)

    assert (left.kind, left.key, left.state) == ("examples", "marital_status", "left")
    assert packs.apply(folder, actor=SYSTEM, at=now) == []


@pytest.mark.django_db
def test_a_changed_form_is_a_new_version_of_form_and_procedure(folder, now):
    packs.apply(folder, actor=SYSTEM, at=now)
    change(folder, FORM, "max_length: 500", "max_length: 400")

    [changed] = packs.apply(folder, actor=SYSTEM, at=now)

    assert (changed.key, changed.state, changed.version) == (
        "marital_status",
        "changed",
        2,
    )
    procedure = queries.get_procedure(code="1.004873", on=now.date())
    assert (procedure.number, procedure.form.number) == (2, 2)
    kept = ContentVersion.objects.filter(kind="forms", key="marital_status")
    assert sorted(row.version for row in kept) == [1, 2]


@pytest.mark.django_db
def test_synthetic_packs_stay_out_unless_asked_for(whole, now):
    changes = packs.apply(whole, actor=SYSTEM, at=now)

    assert "demo_people" not in {change.kind for change in changes}


def test_a_pack_that_requires_a_missing_one_is_refused(folder):
    shutil.rmtree(folder / "sectors/one_stop")

    with pytest.raises(PackRefused) as refused:
        reader.find(folder)

    [fault] = refused.value.faults
    assert fault.file.endswith("civil_status/pack.yaml")
    assert fault.field == "requires"
    assert "one_stop" in fault.message


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["check", "diff", "try", "apply"])
def test_every_command_names_the_fault(folder, verb):
    change(folder, FORM, "kind: date", "kind: day")

    told = CliRunner().invoke(group, [verb, "--folder", str(folder)])

    assert told.exit_code == 1
    assert "'day' is not one of" in told.output


@pytest.mark.django_db
def test_examples_of_what_was_not_applied_say_so(folder):
    told = CliRunner().invoke(group, ["try", "--folder", str(folder)])

    assert told.exit_code == 1
    assert "'1.001193' is not in force" in told.output


def test_a_file_outside_the_pack_is_not_read(folder):
    change(
        folder,
        "sectors/one_stop/templates/receipt.yaml",
        "source_file: receipt.typ",
        "source_file: ../pack.yaml",
    )

    assert packs.check(folder)


PROCEDURE = "sectors/civil_status/procedures/marital_status.yaml"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("form: marital_status\n", "form: absent\n", "no pack has a form"),
        ("workflow: signed_result", "workflow: absent", "no pack has a workflow"),
        ("template: marital", "template: absent", "no pack has a template"),
        ("officer_form: marital", "officer_form: absent", "no pack has a form"),
        ("field: former_paper", "field: status", "takes no files"),
        ("answers.purpose_text", "answers.purpose_words", "nothing answers"),
        ("    gender: {var", "    sex: {var", "requires 'gender'"),
        ("valid_from: 2025-07-01", "valid_from: 2025-06-30", "the template holds from"),
    ],
)
def test_a_procedure_is_held_against_the_parts_it_names(folder, old, new, message):
    line = change(folder, PROCEDURE, old, new)

    faults = packs.check(folder)

    found = [fault for fault in faults if message in fault.message]
    assert found, [str(fault) for fault in faults]
    assert found[0].file.endswith(PROCEDURE)
    if message.startswith(("no", "takes")):
        assert found[0].line == line


def test_a_pack_uses_only_packs_it_requires(folder):
    pack = "sectors/civil_status/pack.yaml"
    change(folder, pack, "requires: [one_stop]", "requires: []")
    change(
        folder, PROCEDURE, "template: marital_status_certificate", "template: receipt"
    )

    faults = packs.check(folder)

    wrong = "of the pack 'one_stop', not required: put 'one_stop' under `requires`"
    assert any(wrong in one.message for one in faults)


@pytest.mark.django_db
def test_a_procedure_that_ends_does_not_bring_its_older_version_back(folder, now):
    packs.apply(folder, actor=SYSTEM, at=now)
    first, last = "valid_from: 2025-07-01\n", "valid_to: 2026-03-01\n"
    change(folder, PROCEDURE, first, first + last)
    packs.apply(folder, actor=SYSTEM, at=now)

    assert queries.get_procedure(code="1.004873", on=date(2026, 2, 28)).number == 2
    with pytest.raises(NotFound):
        queries.get_procedure(code="1.004873", on=date(2026, 3, 1))
    found = queries.search_procedures(text="hôn nhân", on=date(2026, 3, 1))
    assert "1.004873" not in [procedure.code for procedure in found]


@pytest.mark.django_db
def test_a_procedure_and_its_paper_can_be_published_before_their_first_day(folder, now):
    later = now.date() + timedelta(days=90)
    template = PROCEDURE.replace("procedures/", "templates/").replace(
        ".yaml", "_certificate.yaml"
    )
    for file in (PROCEDURE, template):
        change(folder, file, "valid_from: 2025-07-01", f"valid_from: {later}")

    packs.apply(folder, actor=SYSTEM, at=now)

    assert queries.get_procedure(code="1.004873", on=later).number == 1
    with pytest.raises(NotFound):
        queries.get_procedure(code="1.004873", on=now.date())


def make_here(kind, key, now, **changes):
    """Publish a changed content as one made in the browser."""
    held = versions.newest(kind=kind, key=key)
    content = local.content_of(kind=kind, key=key, body={**held.body, **changes})
    return local.apply([content], actor=SYSTEM, at=now)


@pytest.mark.django_db
def test_what_was_made_in_the_browser_is_told_and_never_overwritten(folder, now):
    packs.apply(folder, actor=SYSTEM, at=now)
    make_here("forms", "marital_status", now, source="Mẫu của tỉnh")
    change(folder, FORM, "max_length: 500", "max_length: 400")

    [told] = packs.diff(folder)
    assert (told.key, told.state, told.version) == ("marital_status", "local", 2)
    packs.apply(folder, actor=SYSTEM, at=now)
    assert versions.newest(kind="forms", key="marital_status").pack == "local"

    [named] = packs.apply(
        folder, actor=SYSTEM, at=now, instead_of_local=["forms/marital_status"]
    )
    assert (named.state, named.version) == ("changed", 3)
    assert versions.newest(kind="forms", key="marital_status").pack == "civil_status"


@pytest.mark.django_db
def test_a_pack_takes_over_what_it_says_the_same_as_the_browser(folder, tmp_path, now):
    packs.apply(folder, actor=SYSTEM, at=now)
    make_here("forms", "marital_status", now, source="Mẫu của tỉnh")
    told = CliRunner().invoke(group, ["export-local", str(tmp_path / "out")])
    assert told.exit_code == 0
    shutil.copy(tmp_path / "out/forms/marital_status.yaml", folder / FORM)

    [taken] = packs.apply(folder, actor=SYSTEM, at=now)

    assert (taken.key, taken.state) == ("marital_status", "taken")
    assert packs.diff(folder) == []
    # Nothing was published anew: no citizen is offered the same form again.
    assert queries.get_procedure(code="1.004873", on=now.date()).form.number == 2


@pytest.mark.django_db
def test_an_exported_pack_has_no_faults_beside_the_others(folder, now):
    packs.apply(folder, actor=SYSTEM, at=now)
    make_here("procedures", "1.004873", now, source="Quyết định của tỉnh")
    (folder / "sectors/civil_status/procedures/marital_status.yaml").unlink()

    local.export_to(folder / "made_here")

    assert packs.check(folder) == []


@pytest.mark.django_db
def test_a_pack_may_not_take_away_what_the_browsers_content_stands_on(folder, now):
    packs.apply(folder, actor=SYSTEM, at=now)
    held = versions.newest(kind="procedures", key="1.004873").body
    paper = {
        "key": "extra",
        "title": {"vi": "Giấy khác", "en": "Other paper"},
        "form": "photocopy",
        "copies": 1,
        "when": {"var": "answers.proof_office"},
    }
    make_here("procedures", "1.004873", now, papers=[*held["papers"], paper])
    text = (folder / FORM).read_text("utf-8").replace("proof_office", "proof_place")
    (folder / FORM).write_text(text, "utf-8")
    examples = folder / "sectors/civil_status/examples/marital_status.yaml"
    examples.unlink()

    with pytest.raises(PackRefused) as refused:
        packs.apply(folder, actor=SYSTEM, at=now)

    assert "(local) procedures/1.004873" in str(refused.value.faults[0])


@pytest.mark.django_db
def test_no_folder_may_be_called_local(folder):
    path = "sectors/civil_status/pack.yaml"
    change(folder, path, "key: civil_status", "key: local")

    assert any("made in the browser" in fault.message for fault in packs.check(folder))


@pytest.mark.django_db
def test_content_with_a_fault_is_refused_and_nothing_kept(folder, now):
    packs.apply(folder, actor=SYSTEM, at=now)

    with pytest.raises(ContentRefused) as refused:
        make_here("forms", "marital_status", now, sections=[])

    assert refused.value.faults[0].field == "sections"
    assert versions.newest(kind="forms", key="marital_status").version == 1


@pytest.mark.django_db
def test_of_two_who_save_the_same_draft_the_second_is_refused(folder, now):
    draft = drafts.open_draft(
        kind="forms", key="x", body={"a": 1}, actor=SYSTEM, at=now
    )

    def save(revision):
        return drafts.save_draft(
            kind="forms",
            key="x",
            revision=revision,
            change=lambda body: {**body, "a": body["a"] + 1},
            actor=SYSTEM,
            at=now,
        )

    save(draft.revision)
    with pytest.raises(DraftMovedOn):
        save(draft.revision)

    assert drafts.find_draft(kind="forms", key="x").body == {"a": 2}


@pytest.mark.django_db
def test_a_workflow_that_drafts_needs_a_template_and_one_that_does_not_needs_none(
    folder, now
):
    packs.apply(folder, actor=SYSTEM, at=now)
    held = versions.newest(kind="procedures", key="1.004873").body
    bare = {name: held["result"][name] for name in ("code", "title")}

    with pytest.raises(ContentRefused) as refused:
        make_here("procedures", "1.004873", now, result=bare)
    make_here("procedures", "1.004873", now, result=bare, workflow="paper_result")

    assert "needs a template" in refused.value.faults[0].message
    assert queries.get_procedure(code="1.004873", on=now.date()).result.template == ""
