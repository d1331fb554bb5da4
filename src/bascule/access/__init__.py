"""Who is signed in, what grounds that gives, who looked at or decided what.

Nouns: user, role, disclosure, visit, decision, elevation. It refuses to forget: reads and
decisions are only ever added.
"""
