"""Read XML with line numbers, and without what XML is attacked by.

Names are taken as they are written, prefix and all: XMILE files of other programs use
prefixes that they never declare. A document type, and with it any entity, is refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from tinhso.foresight.types.expressions import Origin
from tinhso.foresight.types.refusals import ModelTooLarge, ModelUnreadable, XmlUnsafe

MOST_BYTES, DEEPEST = 10_000_000, 40


@dataclass(slots=True)
class Element:
    """An element: its tag, attributes, own text, children, and line."""

    tag: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    children: "list[Element]" = field(default_factory=list)

    def all(self, *tags: str) -> "Iterator[Element]":
        """Go through the children of some tags, in order."""
        return (child for child in self.children if child.tag in tags)

    def first(self, tag: str) -> "Element | None":
        """Find the first child of a tag."""
        return next(self.all(tag), None)

    def told(self, tag: str, otherwise: str = "") -> str:
        """Read the text of a child."""
        found = self.first(tag)
        return otherwise if found is None else found.text.strip()


def read_xml(content: bytes, file: str) -> Element:
    """Read a document.

    :raises XmlUnsafe: if it declares a document type or an entity.
    :raises ModelUnreadable: if it is not well-formed.
    :raises ModelTooLarge: if it is larger than 10 MB or nested too deeply.
    """
    if len(content) > MOST_BYTES:
        raise ModelTooLarge(Origin(file), most=MOST_BYTES)
    return _Reading(file).read(content)


class _Reading:
    """A document being read."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._open = [Element("", {}, 1)]
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._started
        self._parser.EndElementHandler = self._ended
        self._parser.CharacterDataHandler = self._said
        self._parser.StartDoctypeDeclHandler = self._unsafe
        self._parser.EntityDeclHandler = self._unsafe
        self._parser.buffer_text = True

    def read(self, content: bytes) -> Element:
        """Read it all; answer its outermost element."""
        try:
            self._parser.Parse(content, True)
        except expat.ExpatError as error:
            there = Origin(self._file, error.lineno)
            found = expat.errors.messages[error.code]
            raise ModelUnreadable(there, found=found) from None
        except (LookupError, ValueError) as error:  # of an encoding nobody knows
            raise ModelUnreadable(Origin(self._file), found=str(error)[:100]) from None
        return self._open[0].children[0]

    def _here(self, what: str = "") -> Origin:
        return Origin(self._file, self._parser.CurrentLineNumber, what)

    def _started(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._open) > DEEPEST:
            raise ModelTooLarge(self._here(), most=DEEPEST)
        element = Element(tag, attributes, self._parser.CurrentLineNumber)
        self._open[-1].children.append(element)
        self._open.append(element)

    def _ended(self, tag: str) -> None:
        self._open.pop()

    def _said(self, text: str) -> None:
        self._open[-1].text += text

    def _unsafe(self, *told: object) -> None:
        raise XmlUnsafe(self._here())
