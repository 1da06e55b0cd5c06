"""llama.cpp's own server without any grammar, writing as many tokens a record as this project.

The server tries a token first and looks at its grammar only if the token is illegal. With random weights it nearly
always is; with a trained model seldom. The truth for a trained model lies between `llama-server` and this.
"""

from __future__ import annotations

from benchmarks.measured import Job, Measured
from benchmarks.peers.server import measure


def run(job: Job) -> Measured:
    """Measure."""
    if job.lengths is None:
        raise ValueError("free decoding needs the lengths that this project's run has found")
    return measure(job, {"ignore_eos": True, "n_predict": job.lengths.record})
