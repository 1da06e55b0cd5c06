"""Values of a record, traced to the text."""
