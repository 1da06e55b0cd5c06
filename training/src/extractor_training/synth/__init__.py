"""Synthetic rows for the document-like ready-made schemas that no open data set covers.

Every task is a set of wordings with slots; a world of names, places, products and numbers fills them. What a record
holds is decided by the slots that a text used, so the two cannot drift apart. Dev rows come from words that train
rows never use.
"""
