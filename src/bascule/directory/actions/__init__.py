"""Verbs of the directory, one file a noun."""
