"""Footfall: pings, devices and visits in each place on each day."""
