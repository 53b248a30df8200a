"""Makes the page of all runs of an output: a calendar of its days, trends, and links to reports and places."""

PLACE_PAGES = 100
"""The default number of places with a page; a page takes about 70 kB."""
