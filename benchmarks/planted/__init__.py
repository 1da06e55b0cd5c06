"""A seeded corpus of planted values and look-alikes, for measuring recognisers."""
