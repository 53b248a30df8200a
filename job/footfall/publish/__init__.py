"""Where results go: an output folder on a file system, with the table, the quarantine and the runs."""

from footfall.publish.folder import Output as Output
