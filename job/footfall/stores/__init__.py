"""Files wherever they are: on this machine, on S3, or in any other store that fsspec or Arrow reaches."""
