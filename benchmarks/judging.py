"""Asks a follower about one row of a suite; the peers in a process for each row, which may crash or be stopped."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.followers import Follower, RefusedError, Times, extractor_follower, llguidance_follower
from benchmarks.peer_followers import gbnf_follower, outlines_follower
from extractor.errors import ExtractorError
from extractor.grammar.vocabulary import Vocabulary

LIMIT_S = 30  # of one schema and its instances, in a process of its own
FOLLOWERS = ("extractor", "llguidance", "outlines-core", "llama.cpp")
_ERRORS = (ExtractorError, RecursionError, ValueError, TimeoutError)


@dataclass(slots=True)
class Judged:
    """What a follower made of a row: why it refuses or fails, or else a verdict for each instance."""

    refused: str = ""
    failed: str = ""
    checked: bool = False
    grammar: list[bool] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    times: Times = field(default_factory=Times)


Judge = Callable[[dict[str, Any]], Judged]


def judging(name: str, vocabulary: Vocabulary, gguf: Path | None, *, masks: bool) -> Judge:
    """Make a follower ready.

    Args:
        name: One of `FOLLOWERS`.
        vocabulary: What tokens there are.
        gguf: Whose vocabulary it is; llama.cpp reads it itself.
        masks: Whether masks are asked for (and timed).
    """
    times = Times()
    match name:
        case "extractor":
            return partial(_judge, extractor_follower(vocabulary, times, masks=masks), times)
        case "llguidance":
            return partial(_judge, llguidance_follower(vocabulary, times, masks=masks), times)
        case "outlines-core":
            return partial(_apart, outlines_follower(vocabulary, times, masks=masks), times)
        case "llama.cpp" if gguf is not None:
            return partial(_apart, gbnf_follower(vocabulary, times, masks=masks, gguf=gguf), times)
        case _:
            raise SystemExit(f"no follower {name!r}; there are {', '.join(FOLLOWERS)} (llama.cpp needs --gguf)")


def _judge(follow: Follower, times: Times, row: dict[str, Any]) -> Judged:
    times.compile, times.mask = [], []
    judged = Judged(times=times)
    try:
        compiled = follow(row["schema"])
        judged.checked = compiled.checked
        for test in row["tests"]:
            allowed = compiled.grammar(test["data"])
            judged.grammar.append(allowed)
            judged.whole.append(allowed and compiled.whole(test["data"]))
    except RefusedError as error:
        judged.refused = str(error)
    except _ERRORS as error:
        judged.failed = f"{type(error).__name__}: {error}"
    judged.times = Times(times.compile, times.mask)
    return judged


def _apart(follow: Follower, times: Times, row: dict[str, Any]) -> Judged:
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe(duplex=False)
    child = fork.Process(target=lambda: theirs.send(_judge(follow, times, row)), daemon=True)
    child.start()
    theirs.close()
    try:
        return ours.recv() if ours.poll(LIMIT_S) else Judged(failed=f"took longer than {LIMIT_S} s")
    except EOFError:
        return Judged(failed="crashed")
    finally:
        child.kill()
        child.join()
        ours.close()
