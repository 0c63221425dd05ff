"""Mutants of the platform's own refusals: each one removed in turn, in this process.

They are found by reading the sources, never listed by hand: what tells of an actor
whether they may, what refuses them, what narrows a list to them, what guards a door.
"""

import ast
import inspect
import sys
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import tinhso

ROOT = Path(tinhso.__file__).parent
# What runs in another environment, which has the words of this one not.
ELSEWHERE = ("spark_worker.py",)
# Where refusals stand: the rooms with personal data, and the doors.
PARTS = (
    *("security", "people", "documents", "notify", "lake"),
    *("procedures", "counters"),
)
DOORS = ("web", "api")
WHO = {"actor", "actor_of", "caller"}
REFUSES = ("refuse", "require")
NARROWS = {"filter", "get", "exclude"}
SELVES = {"account_of", "person_of", "_person", "organizations"}
SETS = {"desks_of", "intake_desks_of", "answering_for", "managed_by"}
Swap = Callable[[], Callable[[], None]]


@dataclass(frozen=True)
class Mutant:
    """One refusal removed. code: of the function it stands in, so that the walk looks
    where that is called; address: the one it guards. put: removes it, and answers how
    to put it back.
    """

    name: str
    put: Swap = field(compare=False)
    code: CodeType | None = None
    address: str = ""

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Let the platform run without the refusal for a while."""
        undo = self.put()
        try:
            yield
        finally:
            undo()


def mutants() -> Iterator[Mutant]:
    """Walk through all mutants of the rooms and the doors, by module."""
    for module in _modules():
        yield from _of_module(module)


def _modules() -> Iterator[ModuleType]:
    for part in (*PARTS, *DOORS):
        for path in sorted((ROOT / part).rglob("*.py")):
            if "migrations" not in path.parts and path.name not in ELSEWHERE:
                name = ".".join(path.relative_to(ROOT.parent).with_suffix("").parts)
                yield import_module(name.removesuffix(".__init__"))


def _of_module(module: ModuleType) -> Iterator[Mutant]:
    tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef):
            continue
        held = inspect.unwrap(getattr(module, node.name, None))  # type: ignore[arg-type]
        if isinstance(held, FunctionType) and not held.__code__.co_freevars:
            if module.__name__.split(".")[1] in PARTS:
                yield from _whole(module, node, held)
            for place, what in enumerate(_places(node)):
                made = _without(module, node, place)
                line = f"{module.__name__}:{node.name}: {what}"
                yield Mutant(line, _code_swap(held, made), held.__code__)


# A whole function that answers for an actor.


def _whole(
    module: ModuleType, node: ast.FunctionDef, held: FunctionType
) -> Iterator[Mutant]:
    names = {arg.arg for arg in (*node.args.args, *node.args.kwonlyargs)}
    if "actor" not in names or node.returns is None:
        return
    answers = ast.unparse(node.returns)
    name = f"{module.__name__}:{node.name}"
    if answers == "bool":
        always = _never if node.name.startswith("needs") else _always
        yield Mutant(f"{name} admits all", _code_swap(held, always), held.__code__)
    elif node.name in SETS and "UUID" in answers:
        yield Mutant(
            f"{name} is everywhere", _code_swap(held, _everywhere), held.__code__
        )


def _always(*args: object, **given: object) -> bool:
    return True


def _never(*args: object, **given: object) -> bool:
    return False


def _everywhere(*args: object, **given: object) -> Any:
    import django.apps  # noqa: PLC0415 - it stands in another module's place

    rows = django.apps.apps.get_model("people", "OrganizationRow").objects
    return frozenset(rows.values_list("pk", flat=True))


def _code_swap(held: FunctionType, made: Callable[..., Any]) -> Swap:
    def put() -> Callable[[], None]:
        kept = held.__code__
        held.__code__ = made.__code__
        return lambda: setattr(held, "__code__", kept)

    return put


# One place within a function.


def _without(module: ModuleType, node: ast.FunctionDef, place: int) -> FunctionType:
    """Compile a function without the refusal at a place."""
    remover = _Remover(_strong(node), _weak(node), place)
    changed = remover.visit(ast.parse(ast.unparse(node)).body[0])
    changed.decorator_list = []
    whole = ast.fix_missing_locations(ast.Module([changed], []))
    names: dict[str, Any] = dict(vars(module))
    exec(compile(whole, str(module.__file__), "exec"), names)  # noqa: S102
    made: FunctionType = names[node.name]
    return made


def _places(node: ast.FunctionDef) -> tuple[str, ...]:
    """Say what is refused or narrowed at which places of a function."""
    remover = _Remover(_strong(node), _weak(node), -1)
    remover.visit(ast.parse(ast.unparse(node)).body[0])
    return tuple(remover.told)


class _Remover(ast.NodeTransformer):
    """Counts the places at which an actor is refused, and removes the one asked for."""

    def __init__(self, strong: set[str], weak: set[str], place: int) -> None:
        self._strong, self._weak, self._place = strong, weak, place
        self.told: list[str] = []

    def _is_it(self, what: ast.AST) -> bool:
        self.told.append(ast.unparse(what)[:80])
        return len(self.told) - 1 == self._place

    def visit_If(self, node: ast.If) -> Any:
        self.generic_visit(node)
        refuses = isinstance(node.body[0], ast.Raise)
        if refuses and _names(node.test) & self._strong and self._is_it(node.test):
            node.test = self._rest(node.test)
        return node

    def _rest(self, test: ast.expr) -> ast.expr:
        """Keep of `row is None or not may_read(…)` what asks nothing of an actor."""
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
            kept = [one for one in test.values if not _names(one) & self._strong]
            if kept:
                return ast.BoolOp(ast.Or(), kept) if len(kept) > 1 else kept[0]
        return ast.Constant(False)

    def visit_Expr(self, node: ast.Expr) -> Any:
        self.generic_visit(node)
        call = node.value
        refuses = isinstance(call, ast.Call) and any(
            word in _called(call) for word in REFUSES
        )
        asks = bool(_names(call) & (self._strong | {"request"}))
        return ast.Pass() if refuses and asks and self._is_it(call) else node

    def visit_Call(self, node: ast.Call) -> Any:
        self.generic_visit(node)
        if _called(node) not in NARROWS or not isinstance(node.func, ast.Attribute):
            return node
        for given in list(node.keywords):
            if given.arg and _names(given.value) & self._weak and self._is_it(given):
                node.keywords.remove(given)
        for term in list(node.args):
            if _names(term) & self._weak and self._is_it(term):
                node.args.remove(term)
        return node


def _names(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def _called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _strong(node: ast.FunctionDef) -> set[str]:
    """List the names that tell whether an actor may: the actor, and what is asked."""
    return WHO | {
        name
        for name, value in _assigned(node)
        if _names(value) & WHO
        and (_is_asked(value) or isinstance(value, ast.Attribute))
    }


def _weak(node: ast.FunctionDef) -> set[str]:
    """List the names that say who an actor is, or where, in one step."""
    return WHO | {
        name
        for name, value in _assigned(node)
        if _names(value) & WHO and not _is_other_call(value)
    }


def _is_other_call(value: ast.expr) -> bool:
    """Tell whether a call answers anything but who an actor is, and where."""
    return isinstance(value, ast.Call) and _called(value) not in {*SETS, *SELVES, "Q"}


def _assigned(node: ast.FunctionDef) -> Iterator[tuple[str, ast.expr]]:
    for one in ast.walk(node):
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name):
            yield one.targets[0].id, one.value


def _is_asked(value: ast.expr) -> bool:
    is_call = isinstance(value, ast.Call)
    return is_call and _called(value).startswith(("may", "admits", "works"))  # type: ignore[arg-type]


# What is held in a table or by an object.


def entry(name: str, where: Any, key: Any, made: Any, **more: Any) -> Mutant:
    """Make a mutant of what an object or a table holds under a key.

    more: code or address, as of `Mutant`.
    """
    return Mutant(name, _entry_swap(where, key, made), **more)


def _entry_swap(where: Any, key: Any, made: Any) -> Swap:
    def put() -> Callable[[], None]:
        if isinstance(where, dict):
            kept = where[key]
            where[key] = made
            return lambda: where.__setitem__(key, kept)
        kept = getattr(where, key)
        setattr(where, key, made)
        return lambda: setattr(where, key, kept)

    return put


@contextmanager
def watched(codes: Set[CodeType], called: set[CodeType]) -> Iterator[None]:
    """Note which of some functions are called in this thread."""

    def note(frame: Any, event: str, argument: object) -> None:
        if event == "call" and frame.f_code in codes:
            called.add(frame.f_code)

    sys.setprofile(note)
    try:
        yield
    finally:
        sys.setprofile(None)


def code_of(function: Any) -> CodeType:
    """Find the code of a function below what it is wrapped in."""
    code: CodeType = inspect.unwrap(function).__code__
    return code
