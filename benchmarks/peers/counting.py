"""llama-cpp-python's `Llama`, set up to be as fast as it can be, counting the tokens it writes."""

from __future__ import annotations

from typing import Any

from llama_cpp import Llama

from benchmarks.measured import threads

_CONTEXT = 2048


class CountingLlama(Llama):  # type: ignore[misc]
    """Keeps the number of tokens of its last completion in `tokens`."""

    tokens = 0

    @classmethod
    def open(cls, model: str) -> CountingLlama:
        """Load a model on all cores; the full cache of sliding windows, so that a prompt's prefix can be kept."""
        return cls(model, n_ctx=_CONTEXT, n_threads=threads(), n_threads_batch=threads(), swa_full=True, verbose=False)

    def create_completion(self, *args: Any, **kwargs: Any) -> Any:
        """See `Llama.create_completion`."""
        answer = super().create_completion(*args, **kwargs)
        self.tokens = answer["usage"]["completion_tokens"]
        return answer
