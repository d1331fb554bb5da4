"""Runs any declared workflow: state, clock, tasks, people.

Nouns: workflow, state, step, case file, transition, task, note. It refuses what is not declared:
a step without grounds is denied, a state without a clock or an end does not start.
"""
