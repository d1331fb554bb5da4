"""Declared measures: a definition, its profile, the rows behind each number, and what may be shown.

Nouns: measure (one catalog file), profile (one authority's parameter set), figure (one unit's
numerator, denominator and value), snapshot (the Parquet folder everything is computed from).
It refuses to print a number whose definition, profile version and rows cannot be named, and to
publish a table that its own auditor can take apart.
"""
