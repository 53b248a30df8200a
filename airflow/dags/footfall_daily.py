"""Every day the day before.

What is yours stands in variables of Airflow:

footfall_target     kubernetes (default), glue, or local
footfall_command    how footfall is called (default: footfall)
footfall_flags      further flags of `footfall submit`, as: --namespace footfall-production
footfall_log_url    where the log of a driver is shown, with {run} (of Glue, or the SparkApplication) and {day} in it
"""

from datetime import timedelta

import pendulum
from airflow.sdk import DAG, CronDataIntervalTimetable, Param
from footfall_run import RERUN, FootfallOperator


def variable(name: str, default: str = "") -> str:
    """A template that reads a variable when the task runs, not whenever the file is parsed."""
    return f"{{{{ var.value.get('footfall_{name}', '{default}') }}}}"


with DAG(
    dag_id="footfall_daily",
    description="Counts pings, devices and visits in places, day by day",
    doc_md=__doc__,
    # From 08:00 to 08:00, so that a run begins when its day has ended in every zone from Tokyo to Los Angeles.
    schedule=CronDataIntervalTimetable("0 8 * * *", timezone="UTC"),
    start_date=pendulum.datetime(2023, 3, 1, tz="UTC"),
    catchup=False,  # a month is run again on purpose: airflow backfill create --reprocess-behavior completed
    max_active_runs=2,  # as many days at once as the quota of an environment has room for
    params={
        "day": Param(
            None,
            type=["null", "string"],
            format="date",
            description="The day; none: that of the data interval",
        ),
        "rerun": Param(
            "cleared",
            enum=list(RERUN),
            description="When a run of the day that has ended is run again: after its task was cleared, always, never",
        ),
    },
    default_args={"retries": 2, "retry_delay": timedelta(minutes=1), "retry_exponential_backoff": True},
    tags=["footfall"],
):
    FootfallOperator(
        task_id="count",
        day="{{ params.day or (data_interval_start | ds if data_interval_start else '') }}",
        target=variable("target", "kubernetes"),
        command=variable("command", "footfall"),
        flags=variable("flags"),
        log_url=variable("log_url"),
        rerun="{{ params.rerun }}",
    )
