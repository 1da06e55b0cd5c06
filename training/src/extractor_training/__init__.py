"""The recipe that trains the embedded model, and fine-tunes others: from rows of text and records to a GGUF."""
