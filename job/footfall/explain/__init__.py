"""Explains counts: why a ping is counted or not, why a place has no pings, what a number is made of.

Every answer calls the functions that count, for one ping, one place or one row, so no rule is written twice.
"""
