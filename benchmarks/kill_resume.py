"""Runs that are killed, files that are cut: resumed, they must be the file of a run that nothing stopped, to the byte.

    python -m benchmarks.kill_resume [--rows 2000] [--kills 100] [--cuts 100] [--cut-rows 200] [--parallel 8]
                                     [--data FOLDER] [--model M] [--seed 1]

Real runs of `extractor batch` with a real engine, each in a process of its own (forked from this one, which has only
imported what they need). A chain is one output: it is run, killed with SIGKILL at a random moment, resumed, killed
again, and so on; after its last kill it is resumed to the end. Of every kill two things are asked: that what it left
begins with whole rows of the uninterrupted file (what follows them, at most a torn row, is cut away), and that the file
its chain ends with has the same SHA-256. Of every cut: an output of --cut-rows rows is cut at a random byte, half of
the time filled up with zeros as a loss of power does, and resumed to the end. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from extractor.batch.manifest import manifest_path
from extractor.batch.output import kept_rows
from extractor.batch.sources import read_rows
from extractor.cli.main import run
from extractor.store.digest import file_sha256

_CHAIN_KILLS = 10  # kills of one output
_EARLY = 0.2  # share of the kills that fall at a random moment of the start instead of a random place of the output


@dataclass(frozen=True)
class Job:
    """A batch that can be run again and again.

    Attributes:
        source: Its input.
        words: The other words of its command line.
    """

    source: Path
    words: Sequence[str]

    def start(self, output: Path) -> int:
        """Begin or resume it in another process; the process's id."""
        words = ["batch", str(self.source), "-o", str(output), "--resume", "--quiet", *self.words]
        if pid := os.fork():
            return pid
        code = 70
        try:
            code = run(words)
        finally:
            os._exit(code)

    def finish(self, output: Path) -> None:
        """Run it to its end."""
        _, status = os.waitpid(self.start(output), 0)
        if os.waitstatus_to_exitcode(status) != 0:
            raise SystemExit(f"the run of {output} ended with {os.waitstatus_to_exitcode(status)}")


def kill_once(job: Job, output: Path, upto_bytes: int, chance: random.Random) -> bool:
    """Run a batch and kill it at a random moment; False if it was done before."""
    begun = output.stat().st_size if output.exists() else 0
    early = chance.random() < _EARLY
    until = time.monotonic() + (chance.uniform(0, 0.5) if early else 600)
    pid, size = job.start(output), chance.randint(begun, max(begun, upto_bytes))
    while time.monotonic() < until and (early or not output.exists() or output.stat().st_size < size):
        if os.waitpid(pid, os.WNOHANG)[0]:
            return False
        time.sleep(0.0005)
    time.sleep(chance.uniform(0, 0.005))
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)


def chain(job: Job, whole: Path, folder: Path, kills: int, chance: random.Random) -> tuple[int, int]:
    """Kill and resume one output; how many kills there were, and how many of them lost nothing."""
    output, expected = folder / "killed.jsonl", whole.read_bytes()
    for stale in (output, manifest_path(output)):
        stale.unlink(missing_ok=True)
    done = good = 0
    for number in range(1, kills + 1):
        if not kill_once(job, output, len(expected) * number // kills, chance):
            break
        done += 1
        kept = kept_rows(output).end_byte if output.exists() else 0
        good += kept == 0 or output.read_bytes()[:kept] == expected[:kept]
    job.finish(output)
    pairs = ((output, whole), (manifest_path(output), manifest_path(whole)))
    same = all(file_sha256(one) == file_sha256(other) for one, other in pairs)
    return done, good if same else 0


def cut_once(job: Job, whole: Path, folder: Path, chance: random.Random) -> bool:
    """Cut a finished output at a random byte and resume it; whether the same file came of it."""
    output, expected = folder / "cut.jsonl", whole.read_bytes()
    zeros = bytes(chance.choice([0, chance.randint(1, 5000)]))
    output.write_bytes(expected[: chance.randrange(len(expected))] + zeros)
    shutil.copy(manifest_path(whole), manifest_path(output))
    job.finish(output)
    return output.read_bytes() == expected


def write_source(path: Path, rows: int, data: Path | None) -> None:
    """Write short texts: those of the first task's training rows, or made-up ones."""
    if data is None:
        texts = (
            f"Order {number} has {('arrived', 'not arrived', 'come broken')[number % 3]}." for number in range(rows)
        )
    else:
        texts = (row.text for row in islice(read_rows([data / "banking77" / "train.jsonl.zst"], "text"), rows))
    with path.open("w", encoding="utf-8") as file:
        for number, text in enumerate(texts):
            file.write(json.dumps({"id": f"r{number}", "text": text}, ensure_ascii=False) + "\n")


def arguments() -> argparse.Namespace:
    """What the user asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, number in (
        ("rows", 2000),
        ("kills", 100),
        ("cuts", 100),
        ("cut-rows", 200),
        ("parallel", 8),
        ("seed", 1),
    ):
        parser.add_argument(f"--{name}", type=int, default=number)
    data = os.environ.get("EXTRACTOR_DATA")
    parser.add_argument("--data", type=Path, default=Path(data) if data else None)
    parser.add_argument("--model")
    parser.add_argument("--schema", help="else banking77's, or `sentiment` where there is no data")
    return parser.parse_args()


def main() -> None:
    """Print what was lost: nothing."""
    chosen, found = arguments(), {"kills": 0, "kills_same": 0, "cuts": 0, "cuts_same": 0}
    chance, begun = random.Random(chosen.seed), time.perf_counter()
    schema = str(next((chosen.data / "banking77" / "schemas").glob("*.json"))) if chosen.data else "sentiment"
    words = ["--schema", chosen.schema or schema, "--parallel", str(chosen.parallel)]
    words += ["--model", chosen.model] if chosen.model else []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        long, short = (Job(folder / f"{kind}.jsonl", words) for kind in ("long", "short"))
        write_source(long.source, chosen.rows, chosen.data)
        write_source(short.source, chosen.cut_rows, chosen.data)
        long.finish(folder / "whole.jsonl")
        short.finish(folder / "whole_short.jsonl")
        while found["kills"] < chosen.kills:
            kills = min(_CHAIN_KILLS, chosen.kills - found["kills"])
            done, good = chain(long, folder / "whole.jsonl", folder, kills, chance)
            found["kills"], found["kills_same"] = found["kills"] + done, found["kills_same"] + good
            print(f"{found['kills_same']} of {found['kills']} kills the same", file=sys.stderr, flush=True)
        while found["cuts"] < chosen.cuts:
            found["cuts"] += 1
            found["cuts_same"] += cut_once(short, folder / "whole_short.jsonl", folder, chance)
    print(json.dumps({**found, "rows": chosen.rows, "seconds": round(time.perf_counter() - begun, 1)}))


if __name__ == "__main__":
    main()
