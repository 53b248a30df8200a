"""What runs left in an output: one record for each, read back from their manifests."""
