"""A second sample: templates, values and keys that were written without a look at the recognisers."""
