"""The entry point of the image: which program the container becomes, by its words and Spark's variables."""

import subprocess
import sys

import pytest

import entrypoint

EXECUTOR = {
    "SPARK_DRIVER_URL": "spark://CoarseGrainedScheduler@driver.svc:7078",
    "SPARK_EXECUTOR_ID": "3",
    "SPARK_EXECUTOR_CORES": "2",
    "SPARK_EXECUTOR_MEMORY": "1024m",
    "SPARK_APPLICATION_ID": "spark-77",
    "SPARK_EXECUTOR_POD_IP": "10.0.0.9",
    "SPARK_EXECUTOR_POD_NAME": "footfall-exec-3",
    "SPARK_RESOURCE_PROFILE_ID": "0",
}


def test_a_driver_becomes_spark_submit_in_client_mode_on_the_address_of_its_pod() -> None:
    """Spark's own words follow the two settings that only the pod knows."""
    words = ["driver", "--properties-file", "/opt/spark/conf/spark.properties", "main.py", "run"]
    assert entrypoint.command(words, {"SPARK_DRIVER_BIND_ADDRESS": "10.0.0.7"}) == [
        "/opt/spark/bin/spark-submit",
        *["--deploy-mode", "client"],
        *["--conf", "spark.driver.bindAddress=10.0.0.7"],
        *["--conf", "spark.executorEnv.SPARK_DRIVER_POD_IP=10.0.0.7"],
        *["--properties-file", "/opt/spark/conf/spark.properties", "main.py", "run"],
    ]


def test_an_executor_becomes_java_with_what_its_pod_says() -> None:
    """Options, heap, class path, and a flag for each variable."""
    assert entrypoint.command(["executor"], EXECUTOR) == [
        *["/opt/java/bin/java", "-Xms1024m", "-Xmx1024m", "-cp", "/opt/spark/jars/*"],
        "org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend",
        *["--driver-url", "spark://CoarseGrainedScheduler@driver.svc:7078"],
        *["--executor-id", "3", "--cores", "2", "--app-id", "spark-77", "--hostname", "10.0.0.9"],
        *["--resourceProfileId", "0", "--podName", "footfall-exec-3"],
    ]


def test_numbered_java_options_come_in_the_order_of_their_numbers() -> None:
    """The tenth option comes after the second, though its name sorts before it."""
    options = {
        "SPARK_JAVA_OPT_10": "-Dten=1",
        "SPARK_JAVA_OPT_2": "-Dtwo=a b",
        "SPARK_JAVA_OPT_0": "-XX:+UseG1GC",
    }
    assert entrypoint.java_options(options) == ["-XX:+UseG1GC", "-Dtwo=a b", "-Dten=1"]


def test_mounted_settings_come_before_the_jars_in_the_class_path() -> None:
    """A log4j2.properties or core-site.xml that Spark mounts is found before one inside a jar."""
    mounted = {
        "SPARK_CONF_DIR": "/opt/spark/conf",
        "SPARK_CLASSPATH": "/more/*",
        "HADOOP_CONF_DIR": "/hadoop",
    }
    assert entrypoint.class_path(mounted) == "/opt/spark/conf:/more/*:/opt/spark/jars/*:/hadoop"


def test_the_history_server_is_sparks_own() -> None:
    """It stays in the foreground; where the event logs are stands in a variable that it reads itself."""
    assert entrypoint.command(["history-server"], {}) == [
        "/opt/spark/bin/spark-class",
        "org.apache.spark.deploy.history.HistoryServer",
    ]


def test_all_other_words_are_those_of_footfall() -> None:
    """`docker run IMAGE run --days 2023-03-01` is `footfall run --days 2023-03-01`."""
    words = ["run", "--days", "2023-03-01"]
    assert entrypoint.command(words, {}) == ["/opt/footfall/bin/footfall", *words]


def test_a_path_is_a_program_of_the_image() -> None:
    """`docker run -it IMAGE /bin/sh` looks around in it."""
    assert entrypoint.command(["/bin/sh", "-c", "id"], {}) == ["/bin/sh", "-c", "id"]


def test_no_words_show_the_help() -> None:
    """`docker run IMAGE` says what there is."""
    assert entrypoint.command([], {}) == ["/opt/footfall/bin/footfall", "--help"]


@pytest.mark.parametrize("variable", sorted(EXECUTOR))
def test_a_missing_variable_of_an_executor_is_named(variable: str) -> None:
    """Each of the eight variables is needed; an empty one is as bad as none."""
    with pytest.raises(entrypoint.VariableMissing, match=f"The variable {variable} is missing"):
        entrypoint.command(["executor"], {**EXECUTOR, variable: ""})


def test_a_driver_outside_a_pod_is_told_what_to_do_instead() -> None:
    """The program itself ends with code 2, the code of wrong settings, and says what is missing."""
    program = [sys.executable, entrypoint.__file__, "driver"]
    ended = subprocess.run(program, env={}, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "SPARK_DRIVER_BIND_ADDRESS is missing" in ended.stderr
    assert "docker run IMAGE run" in ended.stderr
