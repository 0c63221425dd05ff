"""Which datasets the rooms publish; filled on `project/publications.py`."""

from collections.abc import Callable, Iterable, Mapping

from tinhso.lake.types import Dataset, DatasetUnknown

_datasets: dict[str, Dataset] = {}
_families: list[Callable[[], Iterable[Dataset]]] = []


def publish(dataset: Dataset) -> None:
    """Make a dataset known."""
    _datasets[dataset.name] = dataset


def publish_family(read: Callable[[], Iterable[Dataset]]) -> None:
    """Make datasets known that are content: asked for whenever they are needed."""
    _families.append(read)


def published() -> Mapping[str, Dataset]:
    """Read all datasets by name."""
    of_content = (dataset for read in _families for dataset in read())
    return {**_datasets, **{dataset.name: dataset for dataset in of_content}}


def dataset_of(name: str) -> Dataset:
    """Find a dataset.

    :raises DatasetUnknown: if no room publishes it.
    """
    found = _datasets.get(name) or published().get(name)
    if found is None:
        raise DatasetUnknown(name=name)
    return found
