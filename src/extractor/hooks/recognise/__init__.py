"""Deterministic recognisers, one module a family: text -> candidate spans. No model, no files."""
