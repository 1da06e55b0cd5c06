"""Many texts: files in, files out."""
