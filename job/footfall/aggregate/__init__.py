"""The step `aggregate`: from located pings to the rows of footfall, per place and local day."""
