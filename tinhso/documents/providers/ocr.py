"""Read the letters in a picture with Tesseract, inside this process.

Debian's `tesseract-ocr` and `tesseract-ocr-vie`. The library and its model are loaded
once and shared by all inspectors; calling the program would need files and processes
that an inspector may not have.
"""

import atexit
import ctypes
import os
import re
from ctypes.util import find_library
from functools import lru_cache
from typing import TypeAlias

from PIL import Image, ImageChops, ImageOps

WIDE = 1240  # pixels: an A4 page at 150 dpi
TALL = 1754
SURE = 60  # of 100; below it a page is not read as it should be held
_SMALLEST = (60, 24)  # below it no mark can be read
LANGUAGE = b"vie"
_SPARSE, _BLOCK = 11, 6  # Tesseract's modes: words scattered over a page; a block
_GRAY = 1
_MEAN = Image.Resampling.BOX
_RED_FROM = 36  # how much redder than green and blue the ink of a stamp is
_COARSE, _NEAR = 4, 3  # pixels that are looked at as one; such rows between two stamps
_MOST_STAMPS, _LETTERS_HIGH, _MARGIN = 3, 48, 24
_UPPER, _DARK_FROM, _MOST_FRAMES = 0.5, 56, 5  # of the page; gray; read at most
_ANGLES = (-8, -6, -4, -2, 0, 2, 4, 6, 8)


class Reader:
    """A loaded model. Not for several threads at once."""

    def __init__(self, library: ctypes.CDLL, handle: ctypes.c_void_p) -> None:
        self._library, self._handle = library, handle
        self._sureness = 0

    def lines(self, page: Image.Image) -> list[str]:
        """Read the lines of a page of mode `L`, and what stands alone in it."""
        return self._read(page, _SPARSE)

    def line(self, strip: Image.Image) -> list[str]:
        """Read a strip that holds one line or two."""
        return self._read(strip, _BLOCK)

    def _read(self, page: Image.Image, mode: int) -> list[str]:
        call, handle = self._library, self._handle
        call.TessBaseAPISetPageSegMode(handle, mode)
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
    atexit.register(library.TessBaseAPIDelete, handle)
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


def red_strips(picture: Image.Image) -> list[Image.Image]:
    """Cut out what is stamped in red: each stamp upright, without its frame, gray.

    Ink over printed lines hides them from a reader, and they hide the stamp; apart
    from them it is read.
    """
    if picture.mode == "L":
        return []
    red, green, blue = picture.split()
    ink = ImageChops.subtract(red, ImageChops.lighter(green, blue))
    coarse = ink.reduce(_COARSE).point([255 * (one > _RED_FROM) for one in range(256)])
    return [
        _strip(ink.crop(_widened(box)))
        for box in _bands(coarse)[:_MOST_STAMPS]
        if not too_small(((box[2] - box[0]) * _COARSE, (box[3] - box[1]) * _COARSE))
    ]


def framed_strips(page: Image.Image) -> list[Image.Image]:
    """Cut out what stands in a frame in the upper part of a page, gray as it is.

    Tesseract takes letters in a frame for a picture and leaves them out.
    """
    ink = ImageOps.invert(page.crop((0, 0, page.width, int(page.height * _UPPER))))
    coarse = ink.reduce(_COARSE).point([255 * (one > _DARK_FROM) for one in range(256)])
    boxes = [box for box in _blots(coarse) if _is_frame(box)]
    return [
        _strip(ink.crop(_widened(box)))
        for box in sorted(boxes, key=_area)[-_MOST_FRAMES:]
    ]


Box: TypeAlias = tuple[int, int, int, int]


def _area(box: Box) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])


def _is_frame(box: Box) -> bool:
    """Tell whether a blot is as large as a stamp: higher than a line of text."""
    wide, high = (box[2] - box[0]) * _COARSE, (box[3] - box[1]) * _COARSE
    return 28 <= high <= 150 and 48 <= wide <= 480 and 1.1 <= wide / high <= 9


def _widened(box: Box) -> Box:
    left, top, right, low = (edge * _COARSE for edge in box)
    return max(0, left - _COARSE), max(0, top - _COARSE), right + _COARSE, low + _COARSE


def _blots(mask: Image.Image) -> list[Box]:
    """Find what hangs together in a mask, row by row, run by run."""
    boxes: list[list[int]] = []
    above: list[tuple[int, int, int]] = []
    joined: dict[int, int] = {}

    def root(blot: int) -> int:
        while joined.get(blot, blot) != blot:
            blot = joined[blot]
        return blot

    for row in range(mask.height):
        line = mask.crop((0, row, mask.width, row + 1)).tobytes()
        here = []
        for run in re.finditer(b"\xff+", line):
            start, end = run.span()
            near = {root(b) for s, e, b in above if s <= end and start <= e}
            blot = min(near, default=len(boxes))
            if blot == len(boxes):
                boxes.append([start, row, end, row + 1])
            for other in near:
                joined[other] = blot
                _widen(boxes[blot], boxes[other])
            _widen(boxes[blot], [start, row, end, row + 1])
            here.append((start, end, blot))
        above = here
    return [
        (box[0], box[1], box[2], box[3])
        for blot, box in enumerate(boxes)
        if root(blot) == blot
    ]


def _widen(box: list[int], other: list[int]) -> None:
    box[0], box[1] = min(box[0], other[0]), min(box[1], other[1])
    box[2], box[3] = max(box[2], other[2]), max(box[3], other[3])


def _bands(mask: Image.Image) -> list[Box]:
    """Find where rows hold ink, one band below the other; near ones are one."""
    rows = [bool(mean) for mean in mask.resize((1, mask.height), _MEAN).tobytes()]
    found: list[list[int]] = []
    for row, is_inked in enumerate(rows):
        if is_inked and found and row - found[-1][1] <= _NEAR:
            found[-1][1] = row + 1
        elif is_inked:
            found.append([row, row + 1])
    boxes = [mask.crop((0, top, mask.width, low)).getbbox() for top, low in found]
    return [
        (max(0, box[0] - 1), max(0, top - 1), box[2] + 1, low + 1)
        for box, (top, low) in zip(boxes, found, strict=True)
        if box is not None
    ]


def _strip(ink: Image.Image) -> Image.Image:
    """Set a stamp straight, take its frame off, bring it to the size letters have."""
    strong = ImageOps.autocontrast(ink, cutoff=(0, 1))
    straight = strong.rotate(_slant(strong), Image.Resampling.BICUBIC, expand=True)
    inner = _unframed(straight)
    share = _LETTERS_HIGH / max(1, inner.height)
    size = (max(1, int(inner.width * share)), _LETTERS_HIGH)
    clear = inner.resize(size, Image.Resampling.BICUBIC)
    return ImageOps.expand(ImageOps.invert(clear), _MARGIN, 255)


def _slant(ink: Image.Image) -> float:
    """Find by how many degrees to turn it so that its rows part most clearly."""
    small = ink.resize((240, max(1, ink.height * 240 // ink.width)), _MEAN)
    best = max(_ANGLES, key=lambda angle: _parting(small, angle))
    near = (best - 1, best, best + 1)
    return float(max(near, key=lambda angle: _parting(small, angle)))


def _parting(ink: Image.Image, angle: float) -> int:
    turned = ink.rotate(angle, Image.Resampling.BILINEAR, expand=True)
    means = turned.resize((1, turned.height), _MEAN).tobytes()
    return sum(mean * mean for mean in means)


def _unframed(ink: Image.Image) -> Image.Image:
    """Cut inside the lines of a frame, if there is one."""
    rows = ink.resize((1, ink.height), _MEAN).tobytes()
    columns = ink.resize((ink.width, 1), _MEAN).tobytes()
    top, low = _inside(rows)
    left, right = _inside(columns)
    inner = ink.crop((left, top, right, low))
    mask = inner.point([255 * (one > 2 * _RED_FROM) for one in range(256)])
    return inner.crop(mask.getbbox() or (0, 0, inner.width, inner.height))


def _inside(means: bytes) -> tuple[int, int]:
    """Tell where to cut: behind the darkest line of each end, if it is a line."""
    third, least = max(1, len(means) // 4), max(means) * 0.6
    first = max(range(third), key=means.__getitem__)
    last = max(range(len(means) - third, len(means)), key=means.__getitem__)
    middle = sorted(means)[len(means) // 2]
    start = first + 3 if means[first] > max(least, middle * 1.3) else 0
    end = last - 2 if means[last] > max(least, middle * 1.3) else len(means)
    return (start, end) if end - start > third else (0, len(means))
