"""Read XML of others: no entities, no depth, no more of it than a limit.

Only what stands within the limits is ever built in memory, and only elements of
QCVN 102:2016 and of XML signatures pass as such.
"""

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from tinhso.exchange.types import (
    EdxmlElementMissing,
    EdxmlElementTwice,
    EdxmlNamespaceWrong,
    EdxmlTooLarge,
    EdxmlUnreadable,
    EdxmlUnsafe,
    EdxmlValueWrong,
)
from tinhso.kernel.text import clean, nfc

EDXML = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
# Configuration; no source. Deep enough for a signature in a header, and half as much.
MOST_BYTES, MOST_ELEMENTS, MOST_DEPTH = 64 * 2**20, 20_000, 24
MOST_OF_VALUE = 20_000
_DECLARED = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)"
)


Element = ElementTree.Element


class _Limited(ElementTree.TreeBuilder):
    """Builds a tree and stops where there is too much of it."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._elements = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self._depth += 1
        self._elements += 1
        if self._depth > MOST_DEPTH or self._elements > MOST_ELEMENTS:
            raise EdxmlTooLarge
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def parse(content: bytes) -> Element:
    """Read an envelope as a tree.

    :raises EdxmlTooLarge: beyond a limit. :raises EdxmlUnsafe: with a DTD or entities.
    :raises EdxmlUnreadable: if it is no XML. :raises EdxmlNamespaceWrong: if another.
    """
    if len(content) > MOST_BYTES:
        raise EdxmlTooLarge
    _refuse_other_encoding(content)
    try:
        parser = DefusedXMLParser(target=_Limited(), forbid_dtd=True, encoding="utf-8")
        parser.feed(content)
        root: Element = parser.close()
    except DefusedXmlException:
        raise EdxmlUnsafe from None
    except (ElementTree.ParseError, ValueError, LookupError):
        raise EdxmlUnreadable from None
    if root.tag != name("edXML"):
        raise EdxmlNamespaceWrong
    return root


def _refuse_other_encoding(content: bytes) -> None:
    """Refuse all but UTF-8: two readers could take other bytes for other letters."""
    declared = _DECLARED.match(content)
    is_other = declared and declared[1].lower() not in {b"utf-8", b"utf8"}
    if is_other or b"\x00" in content:  # expat finds UTF-16 out by itself
        raise EdxmlUnreadable
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        raise EdxmlUnreadable from None


def name(local: str) -> str:
    """Name an element of the regulation."""
    return f"{{{EDXML}}}{local}"


def children(element: Element, local: str) -> list[Element]:
    """List the children of a name."""
    return element.findall(name(local))


def child(element: Element, *path: str) -> Element | None:
    """Find the one element at a path; None if there is none.

    :raises EdxmlElementTwice: if there is more than one on the way.
    """
    found: Element | None = element
    for step in path:
        if found is None:
            return None
        ones = children(found, step)
        if len(ones) > 1:
            raise EdxmlElementTwice(name=step)
        found = ones[0] if ones else None
    return found


def needed(element: Element, *path: str) -> Element:
    """Find the one element at a path.

    :raises EdxmlElementMissing: if there is none. EdxmlElementTwice: if more.
    """
    found = child(element, *path)
    if found is None:
        raise EdxmlElementMissing(name="/".join(path))
    return found


def line(element: Element, *path: str) -> str:
    """Read a value of one line; empty if the element is missing.

    :raises EdxmlValueWrong: if it is too long, or holds elements.
    """
    return clean(value(element, *path))


def value(element: Element, *path: str) -> str:
    """Read a value as it stands, in the one normal form; empty if it is missing.

    :raises EdxmlValueWrong: if it is too long, or holds elements.
    """
    found = child(element, *path)
    if found is None:
        return ""
    text = found.text or ""
    if len(text) > MOST_OF_VALUE or len(found):
        raise EdxmlValueWrong(name="/".join(path))
    return nfc(text).strip()


def needed_line(element: Element, *path: str) -> str:
    """Read a value that must be there.

    :raises EdxmlElementMissing: if it is not.
    """
    found = line(element, *path)
    if not found:
        raise EdxmlElementMissing(name="/".join(path))
    return found


def number(element: Element, *path: str) -> int:
    """Read a whole number; 0 if it is missing.

    :raises EdxmlValueWrong: if it is none.
    """
    text = line(element, *path)
    if not text:
        return 0
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise EdxmlValueWrong(name="/".join(path))
    return int(text)


def texts(element: Element) -> Iterator[str]:
    """List all text below an element, whatever it stands in, attributes too."""
    for one in element.iter():
        yield from one.attrib.values()
        yield one.text or ""
        yield one.tail or ""
