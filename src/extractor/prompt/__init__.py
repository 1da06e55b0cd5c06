"""Where schema, examples and text go in a prompt."""
