"""Everything that speaks HTTP: pages, workspaces, fragments.

It has no tables and no rules: it asks queries, calls verbs, and shows what a policy lets through.
"""
