"""Beside the pages: the command line, the nightly, the generator, the demo, the private cluster.

Its one table is the run record of the night. It refuses to hold a rule: every verb here calls one that stands below.
"""
