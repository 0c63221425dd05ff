"""QR codes for pages: drawn here, sent as `data:`, which our pages allow."""

import segno


def image(text: str) -> str:
    """Draw a text as QR code, for the `src` of a picture."""
    return str(segno.make(text, error="m", micro=False).svg_data_uri(scale=3, border=2))
