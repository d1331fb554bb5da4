"""Which organizations and adults exist, who holds which position where and when, who covers.

Nouns: organization, membership, person, position, remit, assignment, absence, session, calendar
day. It refuses to copy: who is on duty is always asked of the dates.
"""
