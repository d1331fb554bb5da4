"""Standard files in and out. Nouns: Source, FileRun, StagedRow, Quarantine, Crosswalk.

Refuses to guess: a row that is impossible in itself is kept in quarantine with its reason, and
everything else is loaded as reported.
"""
