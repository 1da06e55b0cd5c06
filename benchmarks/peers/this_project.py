"""This project, as a user runs it: `Extractor.map`."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

from benchmarks.measured import Job, Lengths, Measured, Tally, many, peak_mb
from benchmarks.workloads import WORKLOADS
from extractor import Extractor
from extractor.engine.llamacpp import open_vocabulary
from extractor.prompt.schema_text import render
from extractor.prompt.template import TEMPLATES, Brief, encode
from extractor.store.home import resolve_model


def run(job: Job) -> Measured:
    """Measure many texts, after a first round that no clock sees."""
    workload = WORKLOADS[job.workload]
    tally = Tally(workload.valid)
    started = perf_counter()
    with Extractor(
        workload.schema, model=job.model, max_tokens=workload.max_tokens, parallel=job.parallel
    ) as extractor:
        setup_s = perf_counter() - started
        list(extractor.map(workload.texts(1)))  # the prefix
        started = perf_counter()
        list(extractor.map(workload.texts(job.parallel, start=1)))
        count = many(job, job.parallel / (perf_counter() - started))
        started = perf_counter()
        for extraction in extractor.map(workload.texts(count)):
            tally.add(extraction.json, extraction.tokens)
        seconds = perf_counter() - started
    measured = replace(tally.measured(seconds, setup_s), peak_mb=peak_mb())  # before anything else is loaded
    return replace(measured, lengths=_lengths(job, round(measured.tokens_a_record)))


def _lengths(job: Job, record: int) -> Lengths:
    workload = WORKLOADS[job.workload]
    found = resolve_model(job.model)
    template = TEMPLATES[found.template or ""]
    with (
        Extractor(workload.schema, model=job.model, parallel=1) as extractor,
        open_vocabulary(found.path) as vocabulary,
    ):
        brief = Brief(render(extractor.compiled.loaded.declaration))
        prefix = len(encode(template.prefix(brief), vocabulary))
        bodies = [len(encode(template.body(text), vocabulary)) for text in workload.texts(16)]
    return Lengths(prefix, round(sum(bodies) / len(bodies)), record)
