"""What the Java of a submitted run writes, in the driver and in executors of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pyspark

MARKS = {"run_id": "20230302T010203Z-ab12", "day": "2023-03-01"}
MAIN = f"""
from footfall.engines.spark import java_logs
from footfall.engines.spark.session import submitted_session

spark = submitted_session(java_logs.executor_options({MARKS}))
java_logs.configure_driver(spark, {MARKS})
try:
    spark.sparkContext.parallelize([0], 1).map(lambda number: 1 / number).collect()
finally:
    spark.stop()
"""
CONF = {
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.task.maxFailures": "1",
    "spark.executor.extraJavaOptions": "-Dasked=for",
    "spark.executorEnv.PYTHONPATH": os.pathsep.join(sys.path),
}


def lines_of_json(text: str) -> list[dict[str, object]]:
    """The lines that are JSON."""
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def test_driver_and_executors_mark_each_line_with_the_run_and_its_day(tmp_path: Path) -> None:
    """A task that fails is told by both; what spark-submit was told for the executors' Java still holds."""
    home, main = tmp_path / "spark", tmp_path / "main.py"
    home.mkdir()
    for part in Path(pyspark.__file__).parent.iterdir():
        (home / part.name).symlink_to(part)
    (home / "work").unlink(missing_ok=True)  # where executors write is below the home of Spark
    main.write_text(MAIN)
    options = [word for name, value in CONF.items() for word in ("--conf", f"{name}={value}")]
    done = subprocess.run(
        [home / "bin/spark-submit", "--master", "local-cluster[1,1,1024]", *options, main],
        env={**os.environ, "SPARK_HOME": str(home), "PYSPARK_PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "ZeroDivisionError" in done.stderr
    (log,) = home.glob("work/*/0/stderr")
    for text in (done.stderr, log.read_text()):
        told = [line for line in lines_of_json(text) if "ZeroDivisionError" in json.dumps(line)]
        assert told
        assert all(line[name] == value for line in told for name, value in MARKS.items())
    executors = log.read_text()
    assert all(MARKS.items() <= line.items() for line in lines_of_json(executors))
    assert executors.index("-Dfootfall.run_id=") < executors.index("-Dasked=for")
