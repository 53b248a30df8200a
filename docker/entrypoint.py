"""What the container runs: Spark's driver or executor where Kubernetes asks for one, else `footfall`, or any program.

driver WORDS...      spark-submit in client mode with them; Spark passes `--properties-file`, `--class` and the job
executor             the executor that the variables of the pod describe
history-server       Spark's pages of the runs whose event logs SPARK_HISTORY_OPTS names
/PROGRAM WORDS...    that program, as in: docker run -it IMAGE /bin/sh
WORDS...             footfall WORDS..., as in: docker run IMAGE run
"""

import os
import sys
from collections.abc import Mapping, Sequence

SPARK = "/opt/spark"
FOOTFALL = "/opt/footfall/bin/footfall"
EXECUTOR = "org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend"
HISTORY_SERVER = "org.apache.spark.deploy.history.HistoryServer"
EXECUTOR_FLAGS = {
    "--driver-url": "SPARK_DRIVER_URL",
    "--executor-id": "SPARK_EXECUTOR_ID",
    "--cores": "SPARK_EXECUTOR_CORES",
    "--app-id": "SPARK_APPLICATION_ID",
    "--hostname": "SPARK_EXECUTOR_POD_IP",
    "--resourceProfileId": "SPARK_RESOURCE_PROFILE_ID",
    "--podName": "SPARK_EXECUTOR_POD_NAME",
}
"""The flags of the executor, and the variables in which Spark gives their values."""

Environment = Mapping[str, str]


class VariableMissing(Exception):
    """A variable that Spark sets in its pods is not there."""

    def __init__(self, role: str, variable: str) -> None:
        super().__init__(
            f"The variable {variable} is missing, which Spark sets in the pods of a {role}.\n"
            f"  do:    Let Spark on Kubernetes start the {role}; without it: docker run IMAGE run"
        )


def command(words: Sequence[str], environment: Environment) -> list[str]:
    """The program and its arguments that the container becomes.

    Raises:
        VariableMissing: Spark's pod lacks a variable.
    """
    match words:
        case ["driver", *rest]:
            return driver(rest, environment)
        case ["executor"]:
            return executor(environment)
        case ["history-server"]:
            return [f"{SPARK}/bin/spark-class", HISTORY_SERVER]
        case []:
            return [FOOTFALL, "--help"]
        case [program, *_] if program.startswith("/"):
            return list(words)
        case _:
            return [FOOTFALL, *words]


def driver(words: Sequence[str], environment: Environment) -> list[str]:
    """spark-submit with the words of Spark; the driver listens on its pod's address."""
    address = _value(environment, "SPARK_DRIVER_BIND_ADDRESS", "driver")
    properties = [f"spark.driver.bindAddress={address}", f"spark.executorEnv.SPARK_DRIVER_POD_IP={address}"]
    confs = [word for conf in properties for word in ("--conf", conf)]
    return [f"{SPARK}/bin/spark-submit", "--deploy-mode", "client", *confs, *words]


def executor(environment: Environment) -> list[str]:
    """The Java command of an executor."""
    memory = _value(environment, "SPARK_EXECUTOR_MEMORY", "executor")
    flags = [
        word
        for flag, variable in EXECUTOR_FLAGS.items()
        for word in (flag, _value(environment, variable, "executor"))
    ]
    heap = [f"-Xms{memory}", f"-Xmx{memory}"]
    return [
        "/opt/java/bin/java",
        *java_options(environment),
        *heap,
        "-cp",
        class_path(environment),
        EXECUTOR,
        *flags,
    ]


def java_options(environment: Environment) -> list[str]:
    """The options that Spark numbers from SPARK_JAVA_OPT_0 on, in their order."""
    prefix = "SPARK_JAVA_OPT_"
    numbers = sorted(int(name.removeprefix(prefix)) for name in environment if name.startswith(prefix))
    return [environment[f"{prefix}{number}"] for number in numbers]


def class_path(environment: Environment) -> str:
    """Spark's settings, what the user adds, Spark's jars, Hadoop's settings, and the files of the job."""
    parts = [
        environment.get("SPARK_CONF_DIR"),
        environment.get("SPARK_CLASSPATH"),
        f"{SPARK}/jars/*",
        environment.get("HADOOP_CONF_DIR"),
        environment.get("PWD"),
    ]
    return ":".join(part for part in parts if part)


def _value(environment: Environment, variable: str, role: str) -> str:
    value = environment.get(variable)
    if not value:
        raise VariableMissing(role, variable)
    return value


if __name__ == "__main__":
    try:
        program = command(sys.argv[1:], os.environ)
    except VariableMissing as failure:
        sys.stderr.write(f"{failure}\n")
        sys.exit(2)
    sys.stdout.flush()
    os.execv(program[0], program)  # noqa: S606 - the container becomes this program; tini passes it the signals
