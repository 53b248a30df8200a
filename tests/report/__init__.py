"""The report: its words, its drawings and its page."""
