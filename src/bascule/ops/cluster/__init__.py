"""A private PostgreSQL, started and stopped by our own launcher.

The facts behind every choice here were measured (docs/think/adr/0003). It never trusts a
connection, never listens on TCP, and never outlives the last process that holds its lease.
"""
