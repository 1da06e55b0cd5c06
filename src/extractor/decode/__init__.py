"""The scheduler of sequences, and what becomes of one record while it is decoded."""
