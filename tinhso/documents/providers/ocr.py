"""Read the letters in a picture with Tesseract, inside this process.

Debian's `tesseract-ocr` and `tesseract-ocr-vie`. The library and its model are loaded
once and shared by all inspectors; calling the program would need files and processes
that an inspector may not have.
"""

import ctypes
import os
from ctypes.util import find_library
from functools import lru_cache

from PIL import Image, ImageChops, ImageOps

WIDE = 1240  # pixels: an A4 page at 150 dpi
TALL = 1754
SURE = 60  # of 100; below it a page is not read as it should be held
_SMALLEST = (60, 24)  # below it no mark can be read
LANGUAGE = b"vie"
_SPARSE = 11  # Tesseract's mode for words scattered over a page
_GRAY = 1
_RED_FROM = 60  # how much redder than green and blue the ink of a stamp is


class Reader:
    """A loaded model. Not for several threads at once."""

    def __init__(self, library: ctypes.CDLL, handle: ctypes.c_void_p) -> None:
        self._library, self._handle = library, handle
        self._sureness = 0

    def lines(self, page: Image.Image) -> list[str]:
        """Read the lines of a page of mode `L`, and what stands alone in it."""
        call, handle = self._library, self._handle
        call.TessBaseAPISetPageSegMode(handle, _SPARSE)
        pixels, width = page.tobytes(), page.width
        call.TessBaseAPISetImage(handle, pixels, width, page.height, _GRAY, width)
        call.TessBaseAPISetSourceResolution(handle, 150)
        text = call.TessBaseAPIGetUTF8Text(handle)
        if not text:
            return []
        read = ctypes.string_at(text).decode("utf-8", "replace")
        self._sureness = int(call.TessBaseAPIMeanTextConf(handle))
        call.TessDeleteText(ctypes.c_void_p(text))
        call.TessBaseAPIClear(handle)
        return [line for line in read.splitlines() if line.strip()]

    def sureness(self) -> int:
        """Tell how sure it was of the last page, of 100."""
        return self._sureness


@lru_cache(maxsize=1)
def reader() -> Reader | None:
    """Load Tesseract with its Vietnamese model; None where one of them is missing."""
    # Threads of its own gain nothing on a page, and an inspector may start none.
    os.environ["OMP_THREAD_LIMIT"] = "1"
    name = find_library("tesseract") or "libtesseract.so.5"
    try:
        library = ctypes.CDLL(name)
    except OSError:
        return None
    library.TessBaseAPICreate.restype = ctypes.c_void_p
    library.TessBaseAPIGetUTF8Text.restype = ctypes.c_void_p
    handle = ctypes.c_void_p(library.TessBaseAPICreate())
    if library.TessBaseAPIInit3(handle, None, LANGUAGE) != 0:
        return None
    return Reader(library, handle)


def too_small(size: tuple[int, int]) -> bool:
    """Tell whether no mark could be read in a picture of that size, in pixels."""
    return size[0] < _SMALLEST[0] or size[1] < _SMALLEST[1]


def prepared(picture: Image.Image) -> Image.Image:
    """Decode a picture upright, small enough to be read in time, still in its colours.

    :raises OSError, MemoryError: if it cannot be decoded.
    """
    picture.draft("RGB", (WIDE, TALL))
    upright = ImageOps.exif_transpose(picture) or picture
    return _fitting(_opaque(upright))


def _opaque(picture: Image.Image) -> Image.Image:
    if picture.mode in ("L", "RGB"):
        return picture
    if picture.mode not in ("RGBA", "LA", "PA", "P"):
        return picture.convert("RGB")
    layered = picture.convert("RGBA")
    white = Image.new("RGBA", layered.size, "white")
    return Image.alpha_composite(white, layered).convert("RGB")


def _fitting(picture: Image.Image) -> Image.Image:
    share = min(WIDE / min(picture.size), TALL / max(picture.size))
    if share >= 1:
        return picture
    size = (max(1, int(picture.width * share)), max(1, int(picture.height * share)))
    return picture.resize(size, Image.Resampling.BOX, reducing_gap=2.0)


def darkest(picture: Image.Image) -> Image.Image:
    """Make it gray by the darkest channel, so that red ink is as dark as black."""
    if picture.mode == "L":
        return picture
    red, green, blue = picture.split()
    return ImageChops.darker(ImageChops.darker(red, green), blue)


def red_ink(picture: Image.Image) -> Image.Image | None:
    """Cut out what is written in red, black on white; None if too little is."""
    if picture.mode == "L":
        return None
    red, green, blue = picture.split()
    ink = ImageChops.subtract(red, ImageChops.lighter(green, blue))
    mask = ink.point([0 if level > _RED_FROM else 255 for level in range(256)])
    box = ImageOps.invert(mask).getbbox()
    if box is None or too_small((box[2] - box[0], box[3] - box[1])):
        return None
    return ImageOps.expand(mask.crop(box), 12, 255)
