"""From requests to records: forced pieces, continuous batching, confidence."""
