"""The systems that are measured, each a module with `run(job) -> Measured`, called in a process of its own."""

from __future__ import annotations

THIS_PROJECT = "extractor"
FREE = "llama.cpp-free"
FLOOR = "floor"
SERVER = "llama-server"
SERVER_FREE = "llama-server-free"
GRAMMAR = "llama-cpp-python"
OUTLINES = ("outlines-llguidance", "outlines-outlines_core")

# name -> its module; in the order they run: lengths of records are known once the first has run
MODULES = {
    THIS_PROJECT: "benchmarks.peers.this_project",
    FLOOR: "benchmarks.peers.floor",
    FREE: "benchmarks.peers.free",
    GRAMMAR: "benchmarks.peers.grammar",
    OUTLINES[0]: "benchmarks.peers.outlines_llguidance",
    OUTLINES[1]: "benchmarks.peers.outlines_regex",
    SERVER: "benchmarks.peers.server",
    SERVER_FREE: "benchmarks.peers.server_free",
}
PEERS = tuple(name for name in MODULES if name not in {THIS_PROJECT, FLOOR})
