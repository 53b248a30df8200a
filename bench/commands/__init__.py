"""Peers as whole commands: a script reads pings and places, writes the footfall table to one Parquet file, and ends.

Each is `python -m bench.commands.NAME JOB`, JOB being JSON: pings, places, days, cores, memory, scratch and to, the
file to write. These modules import little, because starting is a part of what is measured.
"""
