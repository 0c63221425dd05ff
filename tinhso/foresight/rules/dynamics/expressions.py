"""Read an expression into a tree of known nodes, and write a tree as text again.

A parser of our own after Pratt: each sign binds its neighbors so strongly. There is no
way from a text to code: what is no number, name, sign or call of the table is refused.
"""

from math import isfinite

from tinhso.foresight.rules.dynamics.names import written
from tinhso.foresight.rules.dynamics.tokens import Token, tokens_of, wrong
from tinhso.foresight.types.expressions import (
    Binary,
    Call,
    Choice,
    Every,
    ExpressionTooLarge,
    ExpressionWrong,
    Name,
    Node,
    Number,
    Origin,
    Unary,
)

MOST_TOKENS, DEEPEST, HIGHEST = 2_000, 60, 120
OR, AND, EQUAL, COMPARE, SUM, PRODUCT, SIGN, POWER = range(1, 9)
BINDING = {
    "or": OR,
    "and": AND,
    "=": EQUAL,
    "<>": EQUAL,
    "<": COMPARE,
    "<=": COMPARE,
    ">": COMPARE,
    ">=": COMPARE,
    "+": SUM,
    "-": SUM,
    "*": PRODUCT,
    "/": PRODUCT,
    "mod": PRODUCT,
    "^": POWER,
}


def parse(text: str, origin: Origin) -> Node:
    """Read an expression.

    :raises ExpressionWrong: with line and column, if it is none.
    :raises ExpressionTooLarge: if it is larger than any model needs.
    """
    reading = _Reading(text, origin)
    tree = reading.expression()
    reading.expect("end", "")
    _require_low(tree, origin)
    return tree


def parse_list(text: str, origin: Origin) -> tuple[Node, ...]:
    """Read expressions with commas between them, and `;` at the end of a row."""
    reading = _Reading(text, origin)
    trees = [reading.expression()]
    while reading.takes(",") or reading.takes(";"):
        if reading.at_end:
            break
        trees.append(reading.expression())
    reading.expect("end", "")
    for tree in trees:
        _require_low(tree, origin)
    return tuple(trees)


def _require_low(tree: Node, origin: Origin) -> None:
    """Refuse a tree too high to be walked, as of a sum with a thousand terms."""
    level = [tree]
    for _ in range(HIGHEST):
        level = [part for node in level for part in parts_of(node)]
        if not level:
            return
    raise ExpressionTooLarge(origin)


def parts_of(node: Node) -> tuple[Node, ...]:
    """List the trees that a tree is made of."""
    match node:
        case Unary():
            return (node.of,)
        case Binary():
            return (node.left, node.right)
        case Choice():
            return (node.condition, node.then, node.otherwise)
        case Call():
            return node.args
        case _:
            return ()


class _Reading:
    """The words of one expression, and how far they have been read."""

    def __init__(self, text: str, origin: Origin) -> None:
        self._origin = origin
        self._tokens: list[Token] = []
        for token in tokens_of(text, origin):
            self._tokens.append(token)
            if len(self._tokens) > MOST_TOKENS:
                raise ExpressionTooLarge(origin)
        self._place = self._depth = 0

    @property
    def _next(self) -> Token:
        return self._tokens[self._place]

    @property
    def at_end(self) -> bool:
        """Tell whether all has been read."""
        return self._next.sort == "end"

    def _take(self) -> Token:
        token = self._next
        self._place += token.sort != "end"
        return token

    def takes(self, text: str) -> bool:
        """Go past a sign or keyword if it comes next; tell whether it did."""
        found = self._next.sort in ("sign", "keyword") and self._next.text == text
        self._place += found
        return found

    def expect(self, sort: str, text: str) -> None:
        """Go past what must come next."""
        token = self._next
        if (token.sort, token.text) != (sort, text):
            raise self._wrong(token)
        self._take()

    def _wrong(self, token: Token) -> ExpressionWrong:
        return wrong(self._origin, token.spot, token.text)

    def expression(self, binding: int = 0) -> Node:
        """Read as far as signs bind more strongly than the one before."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise ExpressionTooLarge(self._origin)
        left = self._prefix()
        while (strength := self._strength()) > binding:
            token = self._take()
            # A power binds to the right: 2^3^2 is 2^9.
            right = self.expression(strength - (strength == POWER))
            left = Binary(token.text, left, right, token.spot)
        self._depth -= 1
        return left

    def _strength(self) -> int:
        token = self._next
        is_sign = token.sort in ("sign", "keyword")
        return BINDING.get(token.text, 0) if is_sign else 0

    def _prefix(self) -> Node:
        token = self._take()
        if token.sort == "number":
            return self._number(token)
        if token.sort == "name":
            return self._named(token)
        if token.text in ("+", "-", "not"):
            return Unary(token.text, self.expression(SIGN), token.spot)
        if token.text == "(":
            inner = self.expression()
            self.expect("sign", ")")
            return inner
        if token.text == "if":
            return self._choice(token)
        raise self._wrong(token)

    def _number(self, token: Token) -> Number:
        value = float(token.text)
        if not isfinite(value):
            raise self._wrong(token)
        return Number(value, token.spot)

    def _choice(self, token: Token) -> Choice:
        condition = self.expression()
        self.expect("keyword", "then")
        then = self.expression()
        self.expect("keyword", "else")
        return Choice(condition, then, self.expression(), token.spot)

    def _named(self, token: Token) -> Node:
        if self.takes("("):
            return Call(token.text, self._args(), token.spot)
        if self.takes("["):
            return Name(token.text, self._subscripts(), token.spot)
        return Name(token.text, (), token.spot)

    def _args(self) -> tuple[Node, ...]:
        if self.takes(")"):
            return ()
        args = [self.expression()]
        while self.takes(","):
            args.append(self.expression())
        self.expect("sign", ")")
        return tuple(args)

    def _subscripts(self) -> tuple[Name | Number | Every, ...]:
        found = [self._subscript()]
        while self.takes(","):
            found.append(self._subscript())
        self.expect("sign", "]")
        return tuple(found)

    def _subscript(self) -> Name | Number | Every:
        token = self._take()
        if token.sort == "name":
            return Name(token.text, (), token.spot)
        if token.sort == "number":
            return self._number(token)
        if token.text == "*":
            return Every(token.spot)
        raise self._wrong(token)


def text_of(node: Node) -> str:
    """Write a tree as an expression that reads as the same tree.

    >>> text_of(parse("-2 ^ 2+ A b[c,*]".replace("A b", "A_b"), Origin()))
    '-2 ^ 2 + a_b[c, *]'
    """
    return _text(node, 0)


def _text(node: Node, binding: int) -> str:
    match node:
        case Number():
            return _plain(node.value)
        case Name():
            return _name(node)
        case Call():
            args = ", ".join(_text(arg, 0) for arg in node.args)
            return f"{written(node.name)}({args})"
        case Unary():
            space = " " if node.sign == "not" else ""
            inner = f"{node.sign}{space}{_text(node.of, SIGN)}"
            return _within(inner, binding > SIGN)
        case Choice():
            parts = (_text(one, 0) for one in (node.condition, node.then))
            condition, then = parts
            text = f"IF {condition} THEN {then} ELSE {_text(node.otherwise, 0)}"
            return f"({text})"
        case Binary():
            return _binary(node, binding)


def _binary(node: Binary, binding: int) -> str:
    strength = BINDING[node.sign]
    is_power = strength == POWER
    left = _text(node.left, strength + is_power)
    right = _text(node.right, strength + (not is_power))
    if is_power and isinstance(node.right, Unary):
        right = f"({right})" if not right.startswith("(") else right
    return _within(f"{left} {node.sign.upper()} {right}", binding > strength)


def _within(text: str, needed: bool) -> str:
    return f"({text})" if needed else text


def _name(node: Name) -> str:
    if not node.subscripts:
        return written(node.name)
    inner = ", ".join(_subscript(one) for one in node.subscripts)
    return f"{written(node.name)}[{inner}]"


def _subscript(node: Name | Number | Every) -> str:
    match node:
        case Every():
            return "*"
        case Number():
            return _plain(node.value)
        case Name():
            return written(node.name)


def _plain(value: float) -> str:
    return repr(int(value)) if value.is_integer() and value < 1e15 else repr(value)
