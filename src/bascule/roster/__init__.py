"""Students as the source systems report them.

Nouns: student, enrollment claim, stint (the primary chain derived from the claims), reach.
It refuses to invent an enrollment: what the district decides is a handover, and only the
next roster can confirm it.
"""
