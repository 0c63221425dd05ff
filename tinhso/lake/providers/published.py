"""Which datasets the rooms publish; filled on `project/publications.py`."""

from collections.abc import Mapping

from tinhso.lake.types import Dataset, DatasetUnknown

_datasets: dict[str, Dataset] = {}


def publish(dataset: Dataset) -> None:
    """Make a dataset known."""
    _datasets[dataset.name] = dataset


def published() -> Mapping[str, Dataset]:
    """Read all datasets by name."""
    return dict(_datasets)


def dataset_of(name: str) -> Dataset:
    """Find a dataset.

    :raises DatasetUnknown: if no room publishes it.
    """
    if name not in _datasets:
        raise DatasetUnknown(name=name)
    return _datasets[name]
