"""Verbs of mobility, one file a noun."""
