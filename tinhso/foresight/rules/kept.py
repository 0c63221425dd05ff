"""What was worked out is kept for who asks again; the oldest goes where it is full."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Values by what they are worked out from; most: how much they may weigh.

    Two that ask for the same at once may both work it out; both get one answer.

    >>> kept = Kept(2)
    >>> [kept.get(key, lambda: object()) is kept.get(key, object) for key in "abc"]
    [True, True, True]
    >>> len(kept)
    2
    """

    def __init__(self, most: int) -> None:
        self._most, self._weight, self._lock = most, 0, Lock()
        self._held: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()

    def __len__(self) -> int:
        """Count what is held."""
        return len(self._held)

    def get(
        self,
        key: Hashable,
        make: Callable[[], Value],
        weigh: Callable[[Value], int] = lambda value: 1,
    ) -> Value:
        """Answer what is held for a key, or what is made of it now."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key][0]
        made = make()
        self._hold(key, made, weigh(made))
        return made

    def _hold(self, key: Hashable, value: Value, weight: int) -> None:
        with self._lock:
            if key in self._held or weight > self._most:
                return
            self._held[key] = (value, weight)
            self._weight += weight
            while self._weight > self._most:
                _, (_, lighter) = self._held.popitem(last=False)
                self._weight -= lighter
