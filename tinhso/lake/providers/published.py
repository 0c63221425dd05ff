"""Which datasets the rooms publish; filled on `project/publications.py`."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from tinhso.kernel.packs.types import Find
from tinhso.lake.types import Dataset, DatasetUnknown

Read = Callable[[], Iterable[Dataset]]


class Among(Protocol):
    """Finds a dataset by its name among contents that need not be in force."""

    def __call__(self, *, name: str, find: Find) -> Dataset | None:
        """Answer the dataset, or None if no content declares it."""


@dataclass(frozen=True, slots=True)
class Family:
    """Datasets that are content: those in force, and one among contents not yet so."""

    read: Read
    among: Among


@dataclass(frozen=True, slots=True)
class Batches:
    """Many rows of a dataset at once, which their room keeps: what it calls each batch.

    rows: those of one, as `acts_of_made_up` tells them: CSV with a head, in pieces.
    """

    dataset: str
    names: Callable[[], Iterable[UUID]]
    rows: Callable[[UUID], Iterator[bytes]]


_batches: list[Batches] = []
_datasets: dict[str, Dataset] = {}
_families: list[Family] = []


def publish(dataset: Dataset) -> None:
    """Make a dataset known."""
    _datasets[dataset.name] = dataset


def publish_family(family: Family) -> None:
    """Make datasets known that are content: asked for whenever they are needed."""
    _families.append(family)


def publish_batches(batches: Batches) -> None:
    """Make batches of a dataset known."""
    _batches.append(batches)


def batches() -> Iterable[Batches]:
    """List what comes in batches that rooms keep."""
    return tuple(_batches)


def published() -> Mapping[str, Dataset]:
    """Read all datasets by name."""
    of_content = (dataset for family in _families for dataset in family.read())
    return {**_datasets, **{dataset.name: dataset for dataset in of_content}}


def dataset_of(name: str) -> Dataset:
    """Find a dataset.

    :raises DatasetUnknown: if no room publishes it.
    """
    found = _datasets.get(name) or published().get(name)
    if found is None:
        raise DatasetUnknown(name=name)
    return found


def dataset_among(name: str, find: Find) -> Dataset:
    """Find a dataset that is code, or would be of contents; asks no database.

    :raises DatasetUnknown: if it is neither.
    """
    of_content = (family.among(name=name, find=find) for family in _families)
    found = _datasets.get(name) or next((one for one in of_content if one), None)
    if found is None:
        raise DatasetUnknown(name=name)
    return found
