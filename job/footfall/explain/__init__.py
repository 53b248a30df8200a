"""Answers to the questions that numbers raise: why a ping is counted or not, why a place has none, what a number is of.

Each answer is found by the functions that count, asked about one ping, one place or one row: no rule stands here twice.
"""
