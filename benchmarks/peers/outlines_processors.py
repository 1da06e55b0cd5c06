"""What the two backends of outlines share: its logits processor on llama-cpp-python, text after text.

The processor is handed to llama-cpp-python as outlines hands it over, but without the `Llama.reset()` that outlines
calls after every text: so the prompt's prefix stays in the cache, and outlines is faster here than out of the box.
Tokens of no bytes (a vocabulary's unused ones) are taken out of its vocabulary: they would be written for ever.
"""

from __future__ import annotations

import json
from time import perf_counter
from typing import Any

import outlines
from llama_cpp import LogitsProcessorList

from benchmarks.measured import Job, Measured, Tally, one_by_one
from benchmarks.peers.counting import CountingLlama
from benchmarks.prompts import prompt
from benchmarks.workloads import WORKLOADS


def measure(job: Job, backend: str, schema: dict[str, Any], whitespace: str | None) -> Measured:
    """Measure outlines with a backend and the schema as that backend takes it best."""
    workload = WORKLOADS[job.workload]
    tally = Tally(workload.valid)
    started = perf_counter()
    llama = CountingLlama.open(job.model)
    model = outlines.from_llamacpp(llama, chat_mode=False)
    model.tokenizer.vocabulary.pop("", None)  # outlines_core lets a token of no bytes stand anywhere, without end
    wanted = outlines.types.JsonSchema(json.dumps(schema), whitespace_pattern=whitespace)
    processor = outlines.Generator(model, wanted, backend=backend).logits_processor
    setup_s = perf_counter() - started

    def complete(text: str, max_tokens: int) -> str:
        processor.reset()
        answer = llama.create_completion(
            prompt(workload, text, job.model),
            logits_processor=LogitsProcessorList([processor]),
            temperature=0,
            max_tokens=max_tokens,
        )
        return str(answer["choices"][0]["text"])

    def step(text: str) -> None:
        output = complete(text, workload.max_tokens)
        tally.add(output, llama.tokens)

    complete(workload.text(0), 2)  # the prefix; and numba compiles the masks
    seconds = one_by_one(job, list(workload.texts(job.most, start=1)), step)
    return tally.measured(seconds, setup_s)
