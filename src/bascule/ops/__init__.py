"""Beside the pages: the command line, the nightly, the generator, the demo, the private cluster.

It has no tables. It refuses to hold a rule: every verb here calls one that stands below.
"""
