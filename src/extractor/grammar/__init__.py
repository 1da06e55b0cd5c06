"""Nodes to grammars: constraint backends, verbatim chunks, token costs and budgets, and the vocabulary."""
