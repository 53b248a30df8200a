"""The engine that runs the steps on Apache Spark: in this process, on a cluster, on Glue, or by Spark Connect."""
