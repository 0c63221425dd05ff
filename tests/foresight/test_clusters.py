"""Runs in shards: the same bytes here and on a cluster, whoever dies meanwhile."""

import json
import os
import signal
import time
from threading import Thread

import distributed
import pytest
from click.testing import CliRunner

from tests.foresight.declared import body, yaml
from tinhso.cli.main import main
from tinhso.foresight.providers import clusters
from tinhso.foresight.rules.dynamics import shards
from tinhso.foresight.rules.dynamics.declared import model_of
from tinhso.foresight.rules.dynamics.shards import Shard
from tinhso.foresight.types.dynamics import LEVELS
from tinhso.foresight.types.refusals import ClusterAway, RunWrong

MODEL = model_of(body())
WHOLE = Shard(MODEL.digest, {"effort": 1.0}, 7, 0, 4_000)
NOBODY = "tcp://127.0.0.1:9"


@pytest.fixture
def cluster():
    """Two processes of their own, which are started again when they die."""
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address=None,
        processes=True,
    ) as found:
        yield found


def merged(parts):
    return shards.to_bytes(shards.merge(parts))


def kill_one_when_busy(cluster, killed):
    """Kill a worker that has done something and has more to do."""
    with distributed.Client(cluster) as client:
        pids = client.run(os.getpid)
        for _ in range(600):
            done = client.run_on_scheduler(
                lambda dask_scheduler: sum(
                    one.state == "memory" for one in dask_scheduler.tasks.values()
                )
            )
            if done:
                pid = next(iter(pids.values()))
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
                return
            time.sleep(0.05)


def test_a_killed_worker_loses_nothing(cluster):
    parts = shards.split(WHOLE, 50)
    killed: list[int] = []
    killer = Thread(target=kill_one_when_busy, args=(cluster, killed))
    killer.start()

    found = clusters.worked_on_dask(MODEL, parts, cluster.scheduler_address)
    there = merged(found)
    killer.join()

    assert killed
    assert there == merged(clusters.worked_here(MODEL, [WHOLE]))


def test_shards_of_another_model_are_refused():
    with pytest.raises(RunWrong):
        shards.run_apart(MODEL, Shard("other", {"effort": 1.0}, 7, 0, 10))


def test_the_last_shard_has_what_is_left():
    parts = shards.split(WHOLE, 1_500)

    assert [(one.first, one.last) for one in parts] == [
        (0, 1_500),
        (1_500, 3_000),
        (3_000, 4_000),
    ]


def test_more_shards_than_anybody_works_on_are_refused():
    with pytest.raises(RunWrong):
        shards.split(Shard(MODEL.digest, {}, 7, 0, shards.MOST_MEMBERS), 1)


def test_a_scheduler_that_does_not_answer_is_told_by_name(monkeypatch):
    monkeypatch.setattr(clusters, "WAIT", 1)

    with pytest.raises(ClusterAway):
        list(clusters.worked_on_dask(MODEL, [WHOLE], NOBODY))


@pytest.mark.django_db
def test_the_command_tells_the_same_however_it_is_split(tmp_path):
    file = tmp_path / "model.yaml"
    file.write_text(yaml(body()), "utf-8")

    def told(*words):
        asked = ["foresight", "spread", str(file), "--members", "600", "--json"]
        found = CliRunner().invoke(main, [*asked, *words])
        assert found.exit_code == 0, found.output
        return [json.loads(line) for line in found.output.splitlines()]

    [one, *rows], [other, *_] = told("--shard", "7"), told("--shard", "600")

    assert (one["shards"], other["shards"]) == (86, 1)
    assert one["histogram"] == other["histogram"]
    run = CliRunner().invoke(
        main, ["foresight", "run", str(file), "--members", "600", "--json"]
    )
    right = {
        (line["output"], line["time"]): line
        for line in map(json.loads, run.output.splitlines()[1:])
    }
    for row in rows:
        beside = right[row["output"], row["time"]]
        assert row["mean"] == pytest.approx(beside["mean"], rel=1e-3)
        # A quantile between two members lies between what they are.
        for level in LEVELS:
            assert row[f"q{level}"] == pytest.approx(beside[f"q{level}"], rel=2e-2)
