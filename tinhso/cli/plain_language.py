"""Whether a text is plain: short sentences, common words, nothing shouted.

Rules only; the words and numbers stand in `tinhso/web/locale/plain_language.yaml`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

CAPITALS = "A-ZĂÂĐÊÔƠƯÀÁẢÃẠẰẮẲẴẶẦẤẨẪẬÈÉẺẼẸỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌỒỐỔỖỘỜỚỞỠỢÙÚỦŨỤỪỨỬỮỰỲÝỶỸỴ"
ABBREVIATION = re.compile(rf"(?<![\w./-])[{CAPITALS}]{{2,}}\d*(?![\w/-])")
SHOUT = re.compile(rf"(?:\b[{CAPITALS}]{{2,}}\b[ ,]+){{2,}}[{CAPITALS}]{{2,}}\b")
# Placeholders count as one word; tags and links as none.
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
TAG = re.compile(r"<[^<>]+>")
# A full stop within a number, an address or an abbreviated name ends no sentence.
END = re.compile(r"(?<=[.!?:])\s+|\n+")
PASSIVE = re.compile(r"(?i)\b(được|bị)\b")


@dataclass(frozen=True, slots=True)
class Rules:
    """What a language's texts keep to. words: the plain one for each stiff one."""

    most_words: int
    most_passives: int
    words: Mapping[str, str]
    abbreviations: frozenset[str]


@dataclass(frozen=True, slots=True)
class Finding:
    """What is not plain: the text, the rule it breaks, and what is proposed."""

    rule: str
    text: str
    proposal: str


def read_rules(content: Mapping[str, Any], language: str) -> Rules:
    """Read the rules of a language: `vi` or `en`."""
    own = content[language]
    return Rules(
        most_words=own["most_words"],
        most_passives=own.get("most_passives", 99),
        words={entry["word"]: entry["plain"] for entry in own["words"]},
        abbreviations=frozenset(content["abbreviations"]),
    )


def findings(text: str, rules: Rules) -> Iterator[Finding]:
    """Yield what is not plain in a text.

    >>> rules = Rules(5, 2, {"vui lòng": "hãy"}, frozenset())
    >>> [f.rule for f in findings("Vui lòng xem kỹ rồi mới ký tên.", rules)]
    ['long', 'word']
    """
    plain = PLACEHOLDER.sub("x", TAG.sub("", text))
    for sentence in filter(None, END.split(plain)):
        yield from _of_sentence(sentence, text, rules)
    lowered = plain.lower()
    for word, better in rules.words.items():
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", lowered):
            yield Finding("word", text, f"{word} → {better}")
    if SHOUT.search(plain):
        yield Finding("capitals", text, "small letters")
    for short in ABBREVIATION.findall(plain):
        if short not in rules.abbreviations and not _is_explained(short, plain):
            yield Finding("abbreviation", text, f"write {short} out, or explain it")


def _of_sentence(sentence: str, text: str, rules: Rules) -> Iterator[Finding]:
    count = len(sentence.split())
    if count > rules.most_words:
        yield Finding("long", text, f"{count} words, at most {rules.most_words}")
    piled = len(PASSIVE.findall(sentence))
    if piled > rules.most_passives:
        yield Finding("passive", text, f"{piled} times được or bị in one sentence")


def _is_explained(short: str, text: str) -> bool:
    """Tell whether a text itself says what an abbreviation stands for."""
    return f"({short})" in text or re.search(rf"\b{short}\b \(", text) is not None
