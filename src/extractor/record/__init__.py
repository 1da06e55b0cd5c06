"""Results, and the canonical layout they are written in."""
