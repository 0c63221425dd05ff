"""The declared policy: who may look, and what each row of `access.yaml` expects."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

TABLE = Path(__file__).with_name("access.yaml")
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
# The two victims: each has the same things, one at each commune.
SETS = ("A", "B")
ANSWERING = {"case_officer", "head_of_office", "leader"}
# What agencies are to things of communes; the second one appraises them.
AGENCIES = {"asked": "asked", "elsewhere": "appraiser"}


class Outcome(StrEnum):
    """What became of a request; what is wrong with a content was let through."""

    THROUGH = "through"
    DECLINED = "declined"  # 409: not now, or not by this role
    SIGN_IN = "sign_in"
    FACTOR = "factor"
    REFUSED = "refused"
    HIDDEN = "hidden"
    METHOD = "wrong_method"
    ERROR = "error"


TURNED_AWAY = frozenset(Outcome) - {Outcome.THROUGH, Outcome.ERROR}


@dataclass(frozen=True)
class Visitor:
    """Somebody who looks at everything.

    owns: whose victim they are. posts: roles by place; a place is one of the sets, or
    an agency's name. keeps: the set whose desk they are the clerk or head of that the
    things name. has_session, has_key: what they come with; is_void: it is no longer
    good. is_bare: without a second factor.
    """

    name: str
    account: str = ""
    owns: str = ""
    posts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    keeps: str = ""
    has_session: bool = True
    has_key: bool = True
    is_void: bool = False
    is_bare: bool = False

    def words(self, of: str) -> frozenset[str]:
        """Say in the words of the table what they are to the things of a set."""
        if self.is_void or not self.account:
            return frozenset({"portal" if self.name == "portal" else "nobody"})
        found = {"signed_in"}
        if self.owns == of:
            found.add("owner")
        for place, roles in self.posts.items():
            found |= {"officer", *(f"any_{role}" for role in roles)}
            if place == of:
                found |= set(roles)
            if place in AGENCIES and ANSWERING & set(roles):
                found.add(AGENCIES[place])
        if COVERED.get(self.name) in self.posts.get(of, ()):
            found.add("stands_in")
        if self.keeps == of:
            found.add("that_head" if "head_of_office" in self.posts[of] else "")
            found.add("that_clerk" if "clerk" in self.posts[of] else "")
        return frozenset(found)

    def may_see(self, of: str) -> bool:
        """Tell whether the victim's data may be shown to them at all."""
        sides = {"owner", "asked", "clerk", "case_officer", "head_of_office"}
        return bool(self.words(of) & (sides | {"leader", "registrar"}))


def _officer(
    name: str, place: str, *roles: str, account: str = "", **more: Any
) -> Visitor:
    return Visitor(name, account or f"di.{name}", posts={place: roles}, **more)


# Whose account is `di.…` is made for the walk; the others are of the demonstration.
VISITORS = (
    Visitor("nobody", has_session=False, has_key=False),
    Visitor("owner", "di.owner", owns="A"),
    Visitor("stranger", "di.stranger", owns="B"),
    _officer("clerk", "A", "clerk", account="canbo.motcua", keeps="A"),
    _officer("case_officer", "A", "case_officer", account="canbo.hotich"),
    _officer("leader", "A", "leader", account="lanhdao.phuong"),
    _officer("registrar", "A", "registrar", account="vanthu.phuong"),
    _officer("head", "A", "head_of_office", account="chanhvanphong.phuong", keeps="A"),
    _officer("without_task", "A", "leader", account="chutich.phuong"),
    _officer("clerk_elsewhere", "B", "clerk", account="canbo.bache", keeps="B"),
    _officer("head_elsewhere", "B", "head_of_office", keeps="B"),
    _officer("asked", "asked", "case_officer", account="chuyenvien.sotuphap"),
    _officer("not_asked", "elsewhere", "case_officer"),
    _officer("controller", "center", "controller", account="kiemsoat.trungtam"),
    _officer("admin", "elsewhere", "system_admin", account="quantri"),
    _officer("council", "center", "council_member"),
    # Does the clerk's work for two days; did the registrar's until yesterday.
    _officer("stand_in", "A", "case_officer", "clerk"),
    _officer("cover_over", "A", "case_officer"),
    Visitor("post_over", "di.post_over"),
    _officer("no_factor", "A", "clerk", is_bare=True),
    _officer("closed", "A", "clerk", is_void=True),
    _officer("key_revoked", "A", "clerk", is_void=True, has_session=False),
    _officer("key_over", "A", "clerk", is_void=True, has_session=False),
    Visitor("portal", has_session=False),
)
# Covered from today on; the clerk's visitor word is of the post, not of the cover.
COVERED = {"stand_in": "clerk", "cover_over": "registrar"}


@dataclass(frozen=True)
class Row:
    """One row of the table: an address, and who gets through by which method."""

    key: str
    who: str
    circles: Mapping[str, frozenset[str]]
    otherwise: frozenset[Outcome]
    near: frozenset[str]
    told: frozenset[Outcome]
    done: str
    of: str
    at: Mapping[str, Any]
    query: Mapping[str, str]
    send: Mapping[str, Any]
    is_lenient: bool
    is_missing: bool
    is_own: bool
    shows: frozenset[str]

    @property
    def address(self) -> str:
        """Name the address: the pattern's name, or the path of the interface."""
        return self.key.partition("@")[0]

    @property
    def is_machines(self) -> bool:
        """Tell whether it is of the interface."""
        return self.key.startswith("/")

    def circle(self, method: str) -> frozenset[str] | None:
        """Tell who gets through by a method; None where it is not offered."""
        # The interface has no HEAD.
        is_get = method == "HEAD" and not self.is_machines
        return self.circles.get("GET" if is_get else method)

    def is_tried(self, method: str) -> bool:
        """Tell whether a method is tried: of a row for other things, only its own."""
        return "@" not in self.key or self.circle(method) is not None

    def expects(self, method: str, visitor: Visitor, of: str) -> frozenset[Outcome]:
        """Tell what may become of a request of somebody for the things of a set."""
        circle = self.circle(method)
        if circle is None:
            is_free = self.is_own and (self.who == "public" or not visitor.is_void)
            return TURNED_AWAY | ({Outcome.THROUGH} if is_free else set())
        words = self._words(visitor, of)
        early = self._gate(words, visitor)
        if early:
            return early
        if words & circle:
            return self._inside()
        return self.told if words & self.near else self.otherwise

    def _words(self, visitor: Visitor, of: str) -> frozenset[str]:
        comes = visitor.has_key if self.is_machines else visitor.has_session
        return visitor.words(of) if comes else frozenset({"nobody"})

    def _gate(self, words: frozenset[str], visitor: Visitor) -> frozenset[Outcome]:
        if self.who == "public":
            return frozenset()
        if self.who == "anybody":
            # Nobody needs a key, and one that is no longer good is told so.
            is_told = visitor.is_void and visitor.has_key
            return frozenset({Outcome.SIGN_IN}) if is_told else frozenset()
        if self.who == "portal":
            gone = "portal" not in words
            return frozenset({Outcome.SIGN_IN}) if gone else frozenset()
        if "signed_in" not in words:
            return frozenset({Outcome.SIGN_IN})
        if self.who == "officer" and "officer" not in words:
            return frozenset({Outcome.REFUSED})
        if self.who == "officer" and visitor.is_bare and not self.is_machines:
            return frozenset({Outcome.FACTOR})
        return frozenset()

    def _inside(self) -> frozenset[Outcome]:
        found = {Outcome.THROUGH}
        if self.is_lenient:
            found.add(Outcome.DECLINED)
        if self.is_missing:
            found.add(Outcome.HIDDEN)
        if self.is_own:
            found |= TURNED_AWAY
        return frozenset(found)


@cache
def rows() -> tuple[Row, ...]:
    """Read the table.

    :raises ValueError: if a word is neither a circle nor known.
    """
    table = YAML(typ="safe").load(TABLE.read_text("utf-8"))
    return tuple(
        _row(key, told, table["circles"]) for key, told in table["rows"].items()
    )


def _row(key: str, told: Mapping[str, Any], circles: Mapping[str, Any]) -> Row:
    otherwise = told.get("else", "hidden")
    return Row(
        key=key,
        who=told["who"],
        circles={
            method: frozenset(_spread(told[method], circles))
            for method in METHODS
            if method in told
        },
        otherwise=frozenset(map(Outcome, _listed(otherwise))),
        near=frozenset(_spread(told.get("near", []), circles)),
        told=frozenset(map(Outcome, _listed(told.get("told", [])))),
        done=told.get("done", ""),
        of=told.get("of", ""),
        at=told.get("at", {}),
        query=told.get("query", {}),
        send=told.get("send", {}),
        is_lenient=told.get("lenient", False),
        is_missing=told.get("missing", False),
        is_own=told.get("own", False),
        shows=frozenset(told.get("shows", ())),
    )


def _spread(words: Any, circles: Mapping[str, Any]) -> Iterator[str]:
    """Walk through the plain words of a circle, or of several."""
    for word in _listed(words):
        if word in circles:
            yield from _spread(circles[word], circles)
        elif word in _known():
            yield word
        else:
            raise ValueError(f"access.yaml: nobody is {word!r}")


@cache
def _known() -> frozenset[str]:
    """List the words that some visitor is."""
    return frozenset(
        word for visitor in VISITORS for of in SETS for word in visitor.words(of)
    )


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
