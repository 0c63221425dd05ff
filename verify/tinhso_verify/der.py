"""As much of DER (X.690) as CMS needs: tags, lengths, values, object identifiers."""

from dataclasses import dataclass
from datetime import UTC, datetime

from tinhso_verify.faults import BrokenError

SEQUENCE, SET, OCTETS, OID, INTEGER = 0x30, 0x31, 0x04, 0x06, 0x02
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18


@dataclass(frozen=True, slots=True)
class Value:
    """One value: its tag, its content, and all its bytes with tag and length."""

    tag: int
    content: bytes
    whole: bytes

    def children(self) -> list["Value"]:
        """Read the values inside, one after the other."""
        found, rest = [], self.content
        while rest:
            value, rest = _next(rest)
            found.append(value)
        return found

    def oid(self) -> str:
        """Read it as an object identifier, as `1.2.840.113549.1.7.2`."""
        if self.tag != OID or not self.content:
            raise BrokenError("an object identifier is missing")
        numbers, number = [], 0
        for byte in self.content:
            number = number << 7 | byte & 0x7F
            if byte < 0x80:
                numbers.append(number)
                number = 0
        first = min(numbers[0] // 40, 2)
        return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))

    def integer(self) -> int:
        """Read it as an integer."""
        return int.from_bytes(self.content, signed=True)

    def time(self) -> datetime:
        """Read it as a moment in UTC."""
        text = self.content.decode("ascii")
        form = "%y%m%d%H%M%SZ" if self.tag == UTC_TIME else "%Y%m%d%H%M%SZ"
        whole = text.split(".")[0].rstrip("Z") + "Z"
        try:
            return datetime.strptime(whole, form).replace(tzinfo=UTC)
        except ValueError:
            raise BrokenError(f"no moment: {text}") from None


def read(data: bytes) -> Value:
    """Read the first value; what comes after it must be padding of zeros."""
    value, rest = _next(data)
    if rest.strip(b"\x00"):
        raise BrokenError("bytes follow where nothing may")
    return value


def write(tag: int, *contents: bytes) -> bytes:
    """Write a value, its length in as few bytes as it takes."""
    content = b"".join(contents)
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8 or 1)
    if len(content) > 0x7F:
        length = bytes([0x80 | len(length)]) + length
    return bytes([tag]) + length + content


def write_oid(text: str) -> bytes:
    """Write an object identifier, given as `1.2.840.113549.1.7.2`."""
    first, second, *rest = map(int, text.split("."))
    content = b""
    for number in (40 * first + second, *rest):
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.insert(0, number & 0x7F | 0x80)
        content += bytes(groups)
    return write(OID, content)


def _next(data: bytes) -> tuple[Value, bytes]:
    if len(data) < 2:
        raise BrokenError("a value breaks off")
    length, start = data[1], 2
    if length & 0x80:
        start = 2 + (length & 0x7F)
        length = int.from_bytes(data[2:start])
    end = start + length
    if len(data) < end:
        raise BrokenError("a value breaks off")
    return Value(data[0], data[start:end], data[:end]), data[end:]
