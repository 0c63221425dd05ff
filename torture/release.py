"""The release before this one: which it is, and its sources in a folder of their own.

`torture/previous_release` holds its commit and the names of its migrations. After a
release: `python -m torture.release COMMIT` writes it anew.
"""

import io
import subprocess
import sys
import sysconfig
import tarfile
import venv
from pathlib import Path

from torture.prepare import ROOT

CALL = """\
#!{python}
from tinhso.cli.main import main

main()
"""
FILE = ROOT / "torture" / "previous_release"


def previous() -> tuple[str, frozenset[str]]:
    """Read its commit, and its migrations, as `procedures.0013_silence`."""
    commit, *migrations = FILE.read_text("ascii").split()
    return commit, frozenset(migrations)


def migrations_at(commit: str) -> frozenset[str]:
    """List the migrations of a commit."""
    names = _git("ls-tree", "-r", "--name-only", commit, "tinhso").decode().split()
    found = (Path(name) for name in names)
    return frozenset(
        f"{one.parts[-3]}.{one.stem}"
        for one in found
        if one.parts[-2] == "migrations" and one.stem[0].isdigit()
    )


def is_known(commit: str) -> bool:
    """Tell whether the history is here; an archive of the sources has none."""
    try:
        _git("cat-file", "-e", f"{commit}^{{commit}}")
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def check_out(commit: str, into: Path) -> Path:
    """Write the sources of a commit into a folder; answer it."""
    content = _git("archive", "--format=tar", commit)
    into.mkdir()
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        archive.extractall(into, filter="data")
    return into


def set_up(before: Path) -> Path:
    """Make an environment whose `tinhso` is that of a release; answer its programs.

    The libraries are those of this release, which has all that the one before needs.
    """
    folder = before / ".venv"
    venv.create(folder, with_pip=False, symlinks=True)
    (packages,) = folder.glob("lib/*/site-packages")
    libraries = sysconfig.get_paths()["purelib"]
    (packages / "libraries.pth").write_text(f"{libraries}\n", "utf-8")
    command = folder / "bin" / "tinhso"
    command.write_text(CALL.format(python=folder / "bin" / "python"), "utf-8")
    command.chmod(0o755)
    return folder / "bin"


def _git(*words: str) -> bytes:
    return subprocess.run(
        ["/usr/bin/env", "git", *words], cwd=ROOT, check=True, capture_output=True
    ).stdout


def main(commit: str) -> None:
    """Write down a commit as the release before."""
    whole = _git("rev-parse", commit).decode().strip()
    lines = [whole, *sorted(migrations_at(whole))]
    FILE.write_text("".join(f"{line}\n" for line in lines), "ascii")


if __name__ == "__main__":
    main(sys.argv[1])
