"""The front-end files come with the machine's npm, or with the one from the wheel."""

import subprocess

from tinhso.cli import assets


def test_the_wheel_brings_an_npm_that_starts_without_node_in_the_path():
    command = assets._npm_of_the_wheel()

    result = subprocess.run(
        [*command, "--version"], env={"PATH": ""}, capture_output=True, text=True
    )

    assert result.returncode == 0, result.stderr
    assert result.stdout[0].isdigit()


def test_a_changed_list_is_installed_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "ROOT", tmp_path)
    lock, installed = tmp_path / "package-lock.json", tmp_path / "m/.package-lock.json"
    installed.parent.mkdir()
    lock.touch()

    assert assets._is_stale(installed.parent)
    installed.touch()
    assert not assets._is_stale(installed.parent)
