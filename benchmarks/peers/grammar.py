"""llama-cpp-python's own grammar: `LlamaGrammar.from_json_schema`."""

from __future__ import annotations

import json
from time import perf_counter

from llama_cpp import LlamaGrammar

from benchmarks.measured import Job, Measured, Tally, one_by_one
from benchmarks.peers.counting import CountingLlama
from benchmarks.prompts import prompt
from benchmarks.workloads import WORKLOADS


def run(job: Job) -> Measured:
    """Measure text after text: there is no batching in it."""
    workload = WORKLOADS[job.workload]
    tally = Tally(workload.valid)
    started = perf_counter()
    llama = CountingLlama.open(job.model)
    grammar = LlamaGrammar.from_json_schema(json.dumps(workload.plain_schema()), verbose=False)
    setup_s = perf_counter() - started

    def step(text: str) -> None:
        asked = prompt(workload, text, job.model)
        answer = llama.create_completion(asked, grammar=grammar, temperature=0, max_tokens=workload.max_tokens)
        tally.add(answer["choices"][0]["text"], llama.tokens)

    llama.create_completion(prompt(workload, workload.text(0), job.model), temperature=0, max_tokens=1)  # the prefix
    seconds = one_by_one(job, list(workload.texts(job.most, start=1)), step)
    return tally.measured(seconds, setup_s)
