"""What the guide tells a newcomer is so."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.foresight.models import ran
from tinhso.cli.main import main
from tinhso.foresight.providers.model_files import read_yaml
from tinhso.foresight.rules.dynamics import functions
from tinhso.foresight.rules.dynamics.ensembles import settings_of
from tinhso.foresight.rules.dynamics.xmile import read_xmile
from tinhso.foresight.rules.dynamics.xmile_export import write_xmile

GUIDE = Path("docs/guides/write-a-model.md").read_text("utf-8")
[TOLD] = re.findall(r"```yaml\n(.*?)```", GUIDE, re.S)
MODEL = read_yaml(TOLD.encode(), "adoption.yaml")


def share(lever):
    """Answer the share of firms in 2030 with a lever so set, member by member."""
    settings = settings_of(MODEL, {"training": lever})
    times, [kept] = ran(MODEL, "share", members=300, settings=settings)
    assert times[-1] == 2030
    return kept[-1]


def test_the_model_of_the_guide_runs_and_its_lever_works():
    assert (share("some") > share("0")).all()
    assert (share("many") > share("some")).all()
    assert ((share("many") > 0) & (share("many") < 1)).all()


def test_the_model_of_the_guide_leaves_as_xmile_and_comes_back():
    again = read_xmile(write_xmile(MODEL).encode(), "adoption.xmile")

    assert len(again.variables) == len(MODEL.variables) + len(MODEL.parameters)
    assert ran(again, "share")[1][0].shape == (6, 1)


@pytest.mark.django_db
def test_a_run_says_what_its_columns_are(tmp_path):
    file = tmp_path / "adoption.yaml"
    file.write_text(TOLD, "utf-8")
    words = ["--members", "20", "--engine", "numpy"]

    told = CliRunner().invoke(main, ["foresight", "run", str(file), *words])
    far = ["--target", "share>=0.99@2030", "--no-signposts", *words]
    mixed = CliRunner().invoke(main, ["foresight", "mix", str(file), *far])

    _, heading, *rows = told.output.splitlines()
    assert heading.split() == ["output", "time", "median", "(q10", "–", "q90)"]
    assert rows[0].startswith("firms[trade]")
    assert "none of 3 of 3 reaches it; the likeliest:" in mixed.output
    assert "{}" not in mixed.output


def test_the_guide_names_every_function():
    known = {*functions.TAKES, *functions.AGGREGATES}

    assert {name for name in known if name.upper() not in GUIDE} == set()
