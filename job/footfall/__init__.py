"""Footfall: how many pings, devices and visits fall inside each place each day."""

__version__ = "0.1.0"
