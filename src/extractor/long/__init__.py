"""Texts longer than the context: cut into parts, and the parts' records put together. Pure."""
