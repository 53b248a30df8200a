"""Publishing in one process: the job's own code against a catalog, a store and a disk whose faults are drawn."""
