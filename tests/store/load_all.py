"""Load every model named on the command line in llama.cpp and run one step: `python load_all.py FILE...`.

A process of its own, because llama.cpp may abort it; each file is named before it is touched.
"""

from __future__ import annotations

import ctypes
import sys

import llama_cpp

_silence = llama_cpp.llama_log_callback(lambda _level, _text, _data: None)


def load(path: str) -> None:
    model = llama_cpp.llama_model_load_from_file(path.encode(), llama_cpp.llama_model_default_params())
    if not model:
        return
    params = llama_cpp.llama_context_default_params()
    params.n_ctx, params.n_batch, params.n_threads, params.n_threads_batch = 64, 32, 1, 1
    context = llama_cpp.llama_init_from_model(model, params)
    if context:
        batch = llama_cpp.llama_batch_get_one((llama_cpp.llama_token * 3)(2, 10, 20), 3)
        llama_cpp.llama_decode(context, batch)
        llama_cpp.llama_free(context)
    llama_cpp.llama_model_free(model)


if __name__ == "__main__":
    llama_cpp.llama_log_set(_silence, ctypes.c_void_p(0))
    for name in sys.argv[1:]:
        print(name, flush=True)
        load(name)
