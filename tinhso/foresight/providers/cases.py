"""Read the cases of a checkout of SDXorg/test-models: a folder a case under tests/."""

from collections.abc import Iterator
from pathlib import Path

from tinhso.foresight.types.refusals import CasesMissing

OUTPUTS = ("output.csv", "output.tab")
Case = tuple[str, bytes, str]


def cases_of(folder: Path) -> Iterator[Case]:
    """Go through the cases: name of the file, its content, the table that is right.

    A .stmx that says byte for byte what an .xmile of its folder says is no case.

    :raises CasesMissing: if there are none.
    """
    root = folder / "tests" if (folder / "tests").is_dir() else folder
    found = False
    for place in sorted(path for path in root.iterdir() if path.is_dir()):
        right = next((place / one for one in OUTPUTS if (place / one).is_file()), None)
        if right is None:
            continue
        for path in _files(place):
            found = True
            told = right.read_text("utf-8", "replace")
            yield f"{place.name}/{path.name}", path.read_bytes(), told
    if not found:
        raise CasesMissing(folder=str(folder))


def _files(place: Path) -> Iterator[Path]:
    seen: set[bytes] = set()
    for ending in ("*.xmile", "*.stmx"):
        for path in sorted(place.glob(ending)):
            content = path.read_bytes()
            if content not in seen:
                seen.add(content)
                yield path
