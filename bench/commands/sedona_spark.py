"""Apache Sedona on Spark: one query over the files, places broadcast as its guide advises, written by Spark."""

import json
import sys
from typing import Any

from pyspark.sql import SparkSession

from bench.contenders import SHARE_FOR_ENGINE, SHARE_FOR_JAVA
from bench.jars import checked
from bench.questions import SPARK, published_sql


def main() -> None:
    """Do the job of the first argument."""
    job: dict[str, Any] = json.loads(sys.argv[1])
    if job["pings"].startswith("s3:"):
        sys.exit("Spark reads S3 by hadoop-aws, whose jars are not among those of the bench")
    heap = int(job["memory"] / SHARE_FOR_ENGINE * SHARE_FOR_JAVA)
    spark = session(job["cores"], heap, job["scratch"])
    spark.read.parquet(job["pings"]).createOrReplaceTempView("pings")
    places = spark.read.format("geoparquet").load(job["places"]).withColumnRenamed("geometry", "geom")
    places.cache().hint("broadcast").createOrReplaceTempView("places")
    table = spark.sql(published_sql(SPARK, job["days"]))
    table.write.parquet(job["to"], compression="zstd")
    spark.stop()


def session(cores: int, heap: int, scratch: str) -> SparkSession:
    """Spark with the extensions of Sedona, on so many cores of this machine and with so many bytes of heap."""
    builder = SparkSession.builder.appName("sedona").master(f"local[{cores}]")
    settings = {
        "spark.jars": ",".join(map(str, checked())),
        "spark.sql.extensions": "org.apache.sedona.sql.SedonaSqlExtensions",
        "spark.serializer": "org.apache.spark.serializer.KryoSerializer",
        "spark.kryo.registrator": "org.apache.sedona.core.serde.SedonaKryoRegistrator",
        "spark.driver.memory": f"{heap >> 20}m",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.local.dir": scratch,
        "spark.sql.warehouse.dir": f"{scratch}/warehouse",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "8",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark


if __name__ == "__main__":
    main()
