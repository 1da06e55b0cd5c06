"""A cold process on its way to a first record: `python -m benchmarks.cold_process STARTED MODEL`, for `cold_start`.

What it prints are seconds on the clock that all processes of a machine share.
"""

# ruff: noqa: E402, I001 - imports are what is timed

from __future__ import annotations

import time

stamps = [("interpreter", time.monotonic())]

import json
import sys

import extractor

stamps.append(("import extractor", time.monotonic()))

from typing import Annotated, Literal

import pydantic


class Message(pydantic.BaseModel):
    topic: Literal["delivery", "billing", "praise", "other"]
    order: Annotated[str, extractor.Verbatim()] | None
    urgent: bool


stamps.append(("import pydantic, declare the schema", time.monotonic()))

import numpy  # noqa: F401
import llama_cpp  # noqa: F401

stamps.append(("import numpy, llama_cpp", time.monotonic()))

import llguidance  # noqa: F401
import extractor.api.extractor
import extractor.engine.llamacpp

stamps.append(("import the rest", time.monotonic()))
compiled = extractor.compile(Message)
stamps.append(("compile the schema", time.monotonic()))
made = extractor.Extractor(compiled, model=sys.argv[2] or None)
stamps.append(("load the model", time.monotonic()))
found = made.extract("Order 7741902 still has not arrived, and I need it today!")
stamps.append(("prompt and first record", time.monotonic()))
made.extract("I was charged twice for order 9921, please look into it.")
stamps.append(("a second record", time.monotonic()))
before, steps = float(sys.argv[1]), []
for name, at in stamps:
    steps.append((name, at - before))
    before = at
print(json.dumps({"steps": steps, "record": found.json}))
made.close()
