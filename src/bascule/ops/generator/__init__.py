"""Writes a whole invented district as the same standard files that a real one would send.

Nouns: school year, school, student, spell (what is true), claim (what a school reports), plant
(a trouble or a near miss put there on purpose), manifest (the list of the plants). It draws
every number from one seeded generator, so the same seed and as-of day give the same bytes. It
refuses to import a rule: what the manifest says comes from what was planted, never from a
detector. No Django import.
"""

from bascule.ops.generator.district import Summary, generate_district

__all__ = ["Summary", "generate_district"]
