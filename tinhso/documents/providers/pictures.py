"""Pictures of signatures and seals, as NĐ 30/2020, Phụ lục I, wants them shown.

The signer's is blue and the agency's red, both on a transparent ground. Here they are
drawn from the names; an agency with real ones keeps them with its keys.
"""

import math
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tinhso.documents.providers import fonts

BLUE = (18, 52, 160, 255)
RED = (200, 16, 28, 255)
CLEAR = (255, 255, 255, 0)
PIXELS_PER_MM = 7  # about 180 dpi: sharp on paper, small in the file
SIGNATURE_MM = (48, 22)
SEAL_MM = (34, 34)


@lru_cache(maxsize=200)
def signature(*, name: str, font_folder: Path) -> Image.Image:
    """Draw a signature: the last name in a slanting hand over a flourish."""
    width, height = (side * PIXELS_PER_MM for side in SIGNATURE_MM)
    picture = Image.new("RGBA", (width, height), CLEAR)
    pen = ImageDraw.Draw(picture)
    pen.line(_flourish(name, width, height), fill=BLUE, width=4, joint="curve")
    word = (name.split() or [""])[-1]
    font = _font(font_folder, "400Regular_Italic", height // 2)
    pen.text((width / 2, height * 0.42), word, fill=BLUE, font=font, anchor="mm")
    return picture.rotate(6, resample=Image.Resampling.BICUBIC)


@lru_cache(maxsize=200)
def seal(*, name: str, font_folder: Path, note: str = "DEMO") -> Image.Image:
    """Draw a round seal: two rings, the agency's name around, a star, a note."""
    side = SEAL_MM[0] * PIXELS_PER_MM
    picture = Image.new("RGBA", (side, side), CLEAR)
    pen = ImageDraw.Draw(picture)
    pen.ellipse((3, 3, side - 4, side - 4), outline=RED, width=5)
    pen.ellipse((52, 52, side - 53, side - 53), outline=RED, width=3)
    _write_around(picture, name.upper(), font_folder)
    pen.polygon(_star(side / 2, side / 2 - 8, side * 0.16), fill=RED)
    font = _font(font_folder, "700Bold", side // 14)
    pen.text((side / 2, side * 0.67), note, fill=RED, font=font, anchor="mm")
    return picture


def _font(folder: Path, style: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(fonts.file_of(folder=folder, style=style)), size)


def _flourish(name: str, width: int, height: int) -> list[tuple[float, float]]:
    """Bend a line by the name, so that everybody's is their own."""
    bends = [byte / 255 for byte in sha256(name.encode()).digest()[:6]]
    waves = 2 + 2 * bends[0]
    return [
        (
            width * (0.08 + 0.84 * step / 90),
            height
            * (
                0.62
                + 0.2 * math.sin(waves * step / 14 + 6 * bends[1]) * (1 - step / 130)
                + 0.08 * math.sin(step / (3 + 4 * bends[2]) + 6 * bends[3])
            ),
        )
        for step in range(91)
    ]


def _write_around(picture: Image.Image, text: str, folder: Path) -> None:
    """Write a text along the ring, letter by letter, centred at the top."""
    side = picture.width
    radius = side / 2 - 29
    size = min(32, int(2 * math.pi * radius / max(len(text), 1) * 1.25))
    font = _font(folder, "700Bold", size)
    advances = [font.getlength(letter) + 1.5 for letter in text]
    angle = -sum(advances) / radius / 2
    for letter, advance in zip(text, advances, strict=True):
        angle += advance / radius / 2
        _stamp_letter(picture, letter, font, angle, radius)
        angle += advance / radius / 2


def _stamp_letter(
    picture: Image.Image,
    letter: str,
    font: ImageFont.FreeTypeFont,
    angle: float,
    radius: float,
) -> None:
    tile = Image.new("RGBA", (64, 64), CLEAR)
    ImageDraw.Draw(tile).text((32, 32), letter, fill=RED, font=font, anchor="mm")
    turned = tile.rotate(-math.degrees(angle), resample=Image.Resampling.BICUBIC)
    x = picture.width / 2 + radius * math.sin(angle) - 32
    y = picture.height / 2 - radius * math.cos(angle) - 32
    picture.alpha_composite(turned, (round(x), round(y)))


def _star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    corners = []
    for corner in range(10):
        reach = radius if corner % 2 == 0 else radius * 0.4
        turn = math.pi * corner / 5
        corners.append((x + reach * math.sin(turn), y - reach * math.cos(turn)))
    return corners
