"""`extract`, `Extractor`, `compile`: the one place where the rooms are wired together."""
