"""Settings, root addresses and the serving entry point."""
