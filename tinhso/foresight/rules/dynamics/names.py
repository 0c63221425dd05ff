"""Names of variables: `Stock A`, `stock_a` and `"Stock\\nA"` are one."""

import re
from unicodedata import normalize

# Blanks of all sorts, underscores and the two characters `\n` mean the same in XMILE.
_BLANK = re.compile(r"(?:\\n|\\r|[\s_\u00a0])+")
_PLAIN = re.compile(r"[^\W\d]\w*")
KEYWORDS = frozenset({"if", "then", "else", "and", "or", "not", "mod"})


def canonical(name: str) -> str:
    """Write a name as all its spellings are written.

    >>> canonical(' Stock\\\\n A')
    'stock_a'
    """
    bare = name.strip()
    if len(bare) > 1 and bare[0] == bare[-1] == '"':
        bare = bare[1:-1]
    return normalize("NFC", _BLANK.sub("_", bare.strip()).casefold())


def written(name: str) -> str:
    """Write a canonical name so that an expression may hold it."""
    is_plain = _PLAIN.fullmatch(name) and name not in KEYWORDS
    return name if is_plain else f'"{name}"'
