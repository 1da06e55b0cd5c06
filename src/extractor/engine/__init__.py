"""Models at work: llama.cpp behind a narrow protocol, and an engine for tests."""
