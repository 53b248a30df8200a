"""The entry point of the image: which program the container becomes, by its words and Spark's variables."""

import subprocess
import sys
from pathlib import Path

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


@pytest.fixture
def brought(tmp_path: Path) -> Path:
    """The kernels that an image brings."""
    (tmp_path / "brought" / "locate").mkdir(parents=True)
    (tmp_path / "brought" / "locate" / "find.nbc").write_bytes(b"compiled")
    return tmp_path / "brought"


def test_kernels_are_laid_where_numba_may_write_and_numba_is_told(brought: Path, tmp_path: Path) -> None:
    """A processor that has all they need, and more."""
    flags = " ".join(["flags : sse2", *entrypoint.PROCESSORS["x86_64"].needs])
    assert entrypoint.kernels("x86_64", flags, brought, tmp_path / "here") == {
        "NUMBA_CPU_NAME": "x86-64-v3",
        "NUMBA_CPU_FEATURES": "",
        "NUMBA_CACHE_DIR": str(tmp_path / "here"),
    }
    assert (tmp_path / "here" / "locate" / "find.nbc").read_bytes() == b"compiled"


@pytest.mark.parametrize(("machine", "flags"), [("x86_64", "flags : sse2 avx"), ("riscv64", "")])
def test_a_processor_that_the_kernels_are_not_for_compiles_its_own(
    brought: Path, tmp_path: Path, machine: str, flags: str
) -> None:
    """Numba is told nothing; nothing is laid."""
    assert entrypoint.kernels(machine, flags, brought, tmp_path / "here") == {}
    assert not (tmp_path / "here").exists()


def test_kernels_serve_those_that_count(brought: Path) -> None:
    """A command that only asks the cluster needs no folder to write to."""
    counts = [
        words
        for words in (["driver"], ["executor"], ["run"], ["/bin/sh"], ["submit"], [])
        if entrypoint.uses_kernels(words)
    ]
    assert counts == [["driver"], ["executor"], ["run"], ["/bin/sh"]]
