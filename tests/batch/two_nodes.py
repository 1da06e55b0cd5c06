"""A batch on a Ray cluster of two nodes, both on this machine: as it is, and with one worker killed half-way.

    python -m tests.batch.two_nodes FOLDER MODEL ROWS

Prints one JSON object: what the three files have for a digest, what killed and how often, and on how many nodes there
were workers. Ray's own processes are children of this one, and end with it.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from extractor.cli.main import run
from tests.scripted import SCHEMA

_WORKER = "ray::MapWorker"
_TRIES = 4


def parents() -> dict[int, int]:
    """Process -> its parent."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            found[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has just ended
            continue
    return found


def workers() -> dict[int, int]:
    """Actors below this process, each with its node's process."""
    above = parents()
    found = {}
    for pid in above:
        at = pid
        while at in above and at != os.getpid():
            at = above[at]
        try:
            if at == os.getpid() and Path(f"/proc/{pid}/cmdline").read_text().startswith(_WORKER):
                found[pid] = above[pid]
        except OSError:
            continue
    return found


def kill_one(output: Path, rows: int, done: threading.Event, told: dict[str, Any]) -> None:
    """Wait for some rows, then kill a worker that is at work."""
    while not done.wait(0.02):
        if output.exists() and output.read_bytes().count(b"\n") >= rows:
            found = workers()
            told["nodes"] = len(set(found.values()))
            os.kill(max(found), signal.SIGKILL)
            told["killed"] += 1
            return


def batch(folder: Path, model: str, name: str, *more: str) -> str:
    """Run the command; digest of what it wrote."""
    words = ["batch", str(folder / "in.jsonl"), "--schema", str(folder / "schema.json"), "--model", model, "--quiet"]
    code = run([*words, "-o", str(folder / name), "--parallel", "1", *more])
    assert code == 1, f"{name}: exit code {code}"  # there are error rows
    return hashlib.sha256((folder / name).read_bytes()).hexdigest()


def add_node(cluster: Any, **more: Any) -> None:
    """Start a node of one core; Ray gives it 30 seconds, which are few on a machine with other work."""
    for left in range(_TRIES - 1, -1, -1):
        try:
            cluster.add_node(num_cpus=1, object_store_memory=80 << 20, **more)
        except Exception as error:
            if not left or "timed out" not in str(error):
                raise
        else:
            return


def main(folder: Path, model: str, rows: int) -> dict[str, Any]:
    """Run them all."""
    from ray.cluster_utils import Cluster

    (folder / "schema.json").write_text(json.dumps(SCHEMA))
    with (folder / "in.jsonl").open("w") as file:
        for number in range(rows):
            text = f"row {number} is {('red', 'green', 'blue')[number % 3]}"
            file.write((json.dumps({"id": number, "text": text}) if number % 7 else "not json") + "\n")
    told: dict[str, Any] = {"one": batch(folder, model, "one.jsonl"), "killed": 0}
    cluster = Cluster()
    try:
        add_node(cluster, include_dashboard=False)
        add_node(cluster)
        os.environ["RAY_ADDRESS"] = cluster.address
        begun = time.monotonic()
        told["ray"] = batch(folder, model, "ray.jsonl", "--engine", "ray")
        told["seconds"] = round(time.monotonic() - begun, 1)
        done = threading.Event()
        killer = threading.Thread(target=kill_one, args=(folder / "killed.jsonl", rows // 4, done, told))
        killer.start()
        told["ray_killed"] = batch(folder, model, "killed.jsonl", "--engine", "ray")
        done.set()
        killer.join()
    finally:
        cluster.shutdown()
    return told


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))))
