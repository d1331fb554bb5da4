"""The words everything is written in: actor, policy, refusal, clock and school calendar.

It has no tables and imports nothing of Bascule.
"""
