"""Schemas: the closed union of nodes, and how Pydantic types and JSON Schema become nodes."""
