"""What runs a model: a narrow protocol, llama.cpp behind it, a scripted one for tests."""
