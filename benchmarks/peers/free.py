"""llama.cpp decoding freely: no grammar, the best token each time, one text after the other."""

from __future__ import annotations

from time import perf_counter

import llama_cpp

from benchmarks.measured import Job, Measured, Tally, one_by_one
from benchmarks.peers.llama import Llama
from benchmarks.prompts import prompt
from benchmarks.workloads import WORKLOADS

_CONTEXT = 2048
_TEXTS = 64


def run(job: Job) -> Measured:
    """Measure as many tokens a record as this project's records have; the text's prefill is timed apart."""
    if job.lengths is None:
        raise ValueError("free decoding needs the lengths that this project's run has found")
    workload, wanted = WORKLOADS[job.workload], job.lengths.record
    tally = Tally(workload.valid)
    decode_s = 0.0
    started = perf_counter()
    with Llama(job.model, context=_CONTEXT, batch=512) as llama:
        sampler = llama_cpp.llama_sampler_init_greedy()
        texts = [llama.tokenise(prompt(workload, text, job.model)) for text in workload.texts(_TEXTS)]
        shared = _shared(texts)
        llama.prefill(texts[0][:shared])
        setup_s = perf_counter() - started

        def step(index: str) -> None:
            nonlocal decode_s
            ids = texts[int(index)]
            llama.forget(0, shared)
            llama.prefill(ids[shared:], shared, scored=True)
            begun = perf_counter()
            record = []
            for offset in range(wanted):
                token = llama_cpp.llama_sampler_sample(sampler, llama.context, -1)
                record.append(token)
                llama.decode([(token, len(ids) + offset, 0)], scored=True)
            decode_s += perf_counter() - begun
            tally.add(b"".join(map(llama.piece, record)).decode(errors="replace"), wanted)

        seconds = one_by_one(job, [str(index % _TEXTS) for index in range(job.most)], step)
        llama_cpp.llama_sampler_free(sampler)
    return tally.measured(seconds, setup_s, decode_s)


def _shared(texts: list[list[int]]) -> int:
    """Tokens that all prompts begin with."""
    size = 0
    while all(len(ids) > size + 1 and ids[size] == texts[0][size] for ids in texts):
        size += 1
    return size
