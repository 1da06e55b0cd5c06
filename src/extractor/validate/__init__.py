"""From text to instances and back: what a record's JSON text means under its schema."""
