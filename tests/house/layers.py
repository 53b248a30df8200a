"""The layers of the house: which room stands on which."""

LAYERS = (
    # A room is a folder, or a file beside the folders; it imports only rooms of lower lines, never its neighbours.
    ("", "__main__"),  # the package itself hands out the names of the library
    ("cli",),
    ("platforms", "export", "guess", "spark"),
    ("pipeline", "jobs", "library", "terminal", "sample", "launch", "site", "compare", "explain"),
    ("daemon",),
    ("job", "counting"),
    ("counts",),
    ("kernels", "scan", "check", "publish", "report", "hints"),
    ("implausible",),
    ("clean", "aggregate"),
    ("read", "locate", "history"),
    ("geometry", "engines", "local_time", "shuffle", "stores"),
    ("runs",),
    ("settings", "aws", "compiled"),
    ("periods",),
    ("schema", "schema_version", "prerequisites", "extras", "suggestions", "temporary", "plurals"),
    ("table",),
    ("defects", "aborts"),
    ("errors",),
)

HEIGHT = {room: -number for number, layer in enumerate(LAYERS) for room in layer}
