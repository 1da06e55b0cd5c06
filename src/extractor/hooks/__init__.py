"""Compliance checks as pre-commit hooks: one module a hook, each `main(argv) -> int`."""
