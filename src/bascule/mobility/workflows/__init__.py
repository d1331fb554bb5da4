"""The declared workflows of mobility, one file each."""
