"""Moves between schools: transfers, leavers, returns, claims of two schools about one student.

It refuses to write the roster: what is decided here goes to the SIS, and the next roster answers.
"""
