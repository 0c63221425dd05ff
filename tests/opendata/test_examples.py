"""Every example beside a declared dataset comes out as it says."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tinhso.kernel.packs import actions as packs
from tinhso.kernel.packs.reader import plain
from tinhso.opendata import queries

BODIES = [
    plain(YAML(typ="safe").load(file.read_text("utf-8")))
    for file in sorted(Path("packs").rglob("datasets/*.yaml"))
]
EXAMPLES = [
    pytest.param(body, example, id=f"{body['key']}: {example['title']}")
    for body in BODIES
    for example in body.get("examples", ())
]


@pytest.fixture(scope="module")
def find():
    """Find contents of the packs as they lie there."""
    return packs.finder(Path("packs"))


@pytest.mark.parametrize(("body", "example"), EXAMPLES)
def test_the_example_comes_out_as_it_says(body, example, find):
    assert queries.try_example(body=body, example=example, find=find) == ()


def test_there_are_examples_of_every_dataset():
    assert [body["key"] for body in BODIES if not body.get("examples")] == []


@pytest.fixture
def faults(tmp_path):
    """Check a pack with one dataset, changed; answer what is wrong with it."""

    def check(old, new):
        (tmp_path / "a/datasets").mkdir(parents=True)
        (tmp_path / "a/pack.yaml").write_text(
            "key: a\ntitle: {vi: A, en: A}\nversion: '1'\nlicense: CC0-1.0\nsource: x\n"
        )
        text = Path("packs/sectors/one_stop/datasets/dossiers_by_month.yaml")
        changed = text.read_text("utf-8").replace(old, new)
        (tmp_path / "a/datasets/d.yaml").write_text(changed, "utf-8")
        return packs.check(tmp_path)

    return check


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("data-theme/GOVE", "data-theme/nothing", "theme"),
        ("from: acted_on", "from: nowhere", "columns"),
        ("- [month, agency]", "- [month, place]", "totals.0"),
    ],
)
def test_a_fault_is_told_by_file_line_and_field(faults, old, new, field):
    [fault] = faults(old, new)

    assert (fault.field, fault.file.endswith("d.yaml")) == (field, True)
    assert fault.line > 1
