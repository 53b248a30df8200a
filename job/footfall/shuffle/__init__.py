"""How located pings travel from `locate` to `aggregate`."""
