"""The floor: every token of texts and records pushed through the transformer 128 at a time, the head never computed.

Nothing that must decide one token before the next can be faster with the same weights and kernels.
"""

from __future__ import annotations

from benchmarks.measured import Job, Measured, Tally, one_by_one
from benchmarks.peers.llama import Llama

_WIDTH = 128
_SEQUENCES = 8
_GROUP = 32  # records a step


def run(job: Job) -> Measured:
    """Measure; the tokens are arbitrary ones, since speed does not depend on which."""
    lengths = job.lengths
    if lengths is None:
        raise ValueError("the floor needs the lengths that this project's run has found")
    size = lengths.body + lengths.record
    context = lengths.prefix + (_SEQUENCES + 1) * size + _WIDTH
    tally = Tally(lambda _: True)
    with Llama(job.model, context=context, batch=_WIDTH, sequences=_SEQUENCES + 1) as llama:
        llama.prefill([_token(i) for i in range(lengths.prefix)])

        def step(_: str) -> None:
            _stream(llama, lengths.prefix, size, _GROUP)
            for _record in range(_GROUP):
                tally.add("", lengths.record)

        step("")  # a first round that no clock sees
        tally = Tally(lambda _: True)
        seconds = one_by_one(job, [""] * job.most, step)
    return tally.measured(seconds, 0.0)


def _stream(llama: Llama, prefix: int, size: int, records: int) -> None:
    """Push the tokens of so many records through, one behind the other, each in a sequence that has the prefix."""
    batch: list[tuple[int, int, int]] = []
    for record in range(records):
        sequence = 1 + record % _SEQUENCES
        llama.share(0, sequence)
        for offset in range(size):
            batch.append((_token(offset), prefix + offset, sequence))
            if len(batch) == _WIDTH:
                llama.decode(batch)
                batch = []
    if batch:
        llama.decode(batch)


def _token(number: int) -> int:
    return 300 + number * 7 % 200
