"""How numbers and days are written, where this country differs from a language."""
