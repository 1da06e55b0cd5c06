"""One self-contained HTML page that shows rows: texts, what was found in them, and how sure the model was."""
