"""The font of documents: Tinos, with the widths of Times New Roman (NĐ 30/2020)."""

from functools import cache
from pathlib import Path
from shutil import copyfile

import typst

from tinhso.kernel.ids import new_id

FAMILY = "Tinos"
_PACKAGE = "node_modules/@expo-google-fonts/tinos"
_STYLES = ("400Regular", "400Regular_Italic", "700Bold", "700Bold_Italic")
_LICENSE = "LICENSE_FONT"


class FontsMissingError(RuntimeError):
    """The fonts were not set up; a fault of the installation, not a refusal."""


def prepare(*, home: Path, root: Path) -> Path:
    """Copy the fonts from npm's folder in `root` to `home/fonts`, once.

    :raises FontsMissingError: if they are in neither place.
    """
    folder = home / "fonts"
    if not _complete(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for source in _sources(root):
            partial = folder / f".{new_id()}"
            copyfile(source, partial)
            partial.rename(folder / source.name)
    return folder


def file_of(*, folder: Path, style: str = "400Regular") -> Path:
    """Name the file of one style."""
    return folder / f"Tinos_{style}.ttf"


@cache
def loaded(folder: Path) -> typst.Fonts:
    """Read the fonts into memory, once for each process."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder)],
    )


def _complete(folder: Path) -> bool:
    return all(file_of(folder=folder, style=style).is_file() for style in _STYLES)


def _sources(root: Path) -> list[Path]:
    package = root / _PACKAGE
    files = [package / style / f"Tinos_{style}.ttf" for style in _STYLES]
    if not all(file.is_file() for file in files):
        raise FontsMissingError("the fonts are missing: run `make setup` once")
    return [*files, package / _LICENSE]
