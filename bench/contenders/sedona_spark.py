"""Apache Sedona on Spark: places cached and broadcast, one spatial join."""

import pyarrow as pa
import pyspark
from pyspark.sql import SparkSession

from bench.answers import completed
from bench.contenders import SHARE_FOR_JAVA, Answer, Job
from bench.jars import checked, pinned
from bench.questions import SPARK, Question, sql


class Sedona:
    """Spark with the extensions of Sedona."""

    def __init__(self, job: Job) -> None:
        self.spark = _session(job)
        sedona = next(iter(pinned())).rsplit(":", 1)[1]
        self.version = f"{sedona} on pyspark {pyspark.__version__}"
        self.days = job.days
        places = self.spark.read.format("geoparquet").load(job.places).withColumnRenamed("geometry", "geom")
        places.cache().hint("broadcast").createOrReplaceTempView("places")
        self.ids = [row.place_id for row in places.select("place_id").collect()]
        places.count()
        self.spark.read.parquet(job.pings).createOrReplaceTempView("pings")

    def answer(self, question: Question) -> Answer:
        """Ask in SQL; rows come back through Arrow."""
        frame = self.spark.sql(sql(question, SPARK)).toPandas()
        rows = pa.Table.from_pandas(frame, preserve_index=False)
        return Answer(completed(rows, self.ids, self.days) if question == "table" else rows, {})


def _session(job: Job) -> SparkSession:
    builder = SparkSession.builder.appName("sedona").master(f"local[{job.cores}]")
    settings = {
        "spark.jars": ",".join(map(str, checked())),
        "spark.sql.extensions": "org.apache.sedona.sql.SedonaSqlExtensions",
        "spark.serializer": "org.apache.spark.serializer.KryoSerializer",
        "spark.kryo.registrator": "org.apache.sedona.core.serde.SedonaKryoRegistrator",
        "spark.driver.memory": f"{int(job.memory * SHARE_FOR_JAVA) >> 20}m",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.local.dir": job.scratch,
        "spark.sql.warehouse.dir": f"{job.scratch}/warehouse",
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


def prepare(job: Job) -> Sedona:
    """Start Spark and cache the places."""
    return Sedona(job)
