"""Every example beside the content comes out as it says."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tinhso.kernel.packs.reader import plain
from tinhso.procedures import queries

EXAMPLES = [
    pytest.param(example, id=f"{file.stem}: {example['title']}")
    for file in sorted(Path("packs").rglob("examples/*.yaml"))
    for example in plain(YAML(typ="safe").load(file.read_text("utf-8")))["examples"]
]


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("example", EXAMPLES)
def test_the_example_comes_out_as_it_says(example):
    assert queries.try_example(example=example) == ()


@pytest.mark.usefixtures("content")
def test_an_example_that_expects_something_else_is_told_so():
    example = {**EXAMPLES[0].values[0], "expect": {"fee": 1, "end": "refused"}}

    assert len(queries.try_example(example=example)) == 2
