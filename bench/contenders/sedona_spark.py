"""Apache Sedona on Spark: places cached and broadcast, one spatial join."""

import pyarrow as pa
import pyspark

from bench.answers import completed
from bench.commands.sedona_spark import session
from bench.contenders import SHARE_FOR_JAVA, Answer, Job
from bench.jars import pinned
from bench.questions import SPARK, Question, sql


class Sedona:
    """Spark with the extensions of Sedona."""

    def __init__(self, job: Job) -> None:
        self.spark = session(job.cores, int(job.memory * SHARE_FOR_JAVA), job.scratch)
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


def prepare(job: Job) -> Sedona:
    """Start Spark and cache the places."""
    return Sedona(job)
