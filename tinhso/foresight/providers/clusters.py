"""Where the shards of a run are worked on: here, or on the machines of a Dask cluster.

A shard carries its whole model, so that a machine needs this package and nothing of
ours: no database, no packs, no key. What a killed machine held is worked on again by
another, and comes to the same.
"""

from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from tinhso.foresight.rules.dynamics import shards
from tinhso.foresight.rules.dynamics.shards import Histogram, Shard
from tinhso.foresight.types.dynamics import Model
from tinhso.foresight.types.refusals import ClusterAway, EngineMissing

DASK = "distributed"
WAIT = 10  # seconds until a scheduler has answered
# How many machines may die over a shard before it is thought to be what kills them.
DEATHS = 5


def worked_here(model: Model, parts: Sequence[Shard]) -> Iterator[Histogram]:
    """Work on shards one after another."""
    for part in parts:
        yield shards.from_bytes(shards.run_apart(model, part))


def worked_on_dask(
    model: Model, parts: Sequence[Shard], address: str
) -> Iterator[Histogram]:
    """Have shards worked on by a cluster, and answer each as it comes.

    address: of its scheduler, as tcp://10.0.0.5:8786.

    :raises EngineMissing: if the extra `cluster` is not installed.
    :raises ClusterAway: if the scheduler does not answer, has no machines, or they
        keep dying.
    :raises ModelRefused: naming the line where a member comes to no number.
    """
    if find_spec(DASK) is None:
        raise EngineMissing(engine="dask")
    # Not imported before: it takes a second, and hardly a process needs it.
    dask = import_module(DASK)
    try:
        with dask.Client(address, timeout=WAIT) as client:
            yield from _worked(dask, client, model, parts)
    except (OSError, ValueError, dask.KilledWorker) as error:
        raise ClusterAway(address=address[:100]) from error


def _worked(
    dask: Any, client: Any, model: Model, parts: Sequence[Shard]
) -> Iterator[Histogram]:
    client.wait_for_workers(1, timeout=WAIT)
    # Not scattered: what is scattered dies with the machines that hold it.
    asked = [
        client.submit(shards.run_apart, model, part, pure=False, retries=DEATHS)
        for part in parts
    ]
    for done in dask.as_completed(asked):
        yield shards.from_bytes(done.result())
        done.release()
