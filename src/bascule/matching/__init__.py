"""Matching: ranks programs for one student, or assigns many students at once, and says why.

Its nouns are rankings, priorities, seats, lotteries, criteria and reasons. It keeps no tables and
knows no student by name; it refuses to hide a number: a score is the sum of the parts it shows.
"""
