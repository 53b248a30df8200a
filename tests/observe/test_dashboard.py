"""The dashboard: each of its queries answered by a real Prometheus that asked the exporter and a driver."""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.history.manifests import day, manifest, put
from tests.history.test_reading import alive
from tests.observe.test_metrics import exporter, fetched

ROOT = Path(__file__).parents[2]
DASHBOARD = json.loads((ROOT / "k8s/components/observer/dashboard.json").read_text("utf-8"))
QUERIES = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
CAPTURED = Path(__file__).with_name("driver")
"""What Spark 4.1's PrometheusServlet told of a driver whose `spark.metrics.namespace` is footfall."""


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Prometheus that has asked both once."""
    if shutil.which("prometheus") is None:
        pytest.skip(
            "no prometheus on the PATH: install it (Debian: apt-get install prometheus) to try queries"
        )
    folder = tmp_path_factory.mktemp("prometheus")
    put(folder / "out", manifest("a", day(1), refusal=None))
    put(folder / "out", manifest("b", day(3)))
    alive(folder / "out", "c", age=-1_000_000_000)
    with exporter(folder / "out") as told:
        driver = ThreadingHTTPServer(
            ("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(CAPTURED))
        )
        Thread(target=driver.serve_forever, daemon=True).start()
        targets = {"exporter": told.split("/")[2], "driver": f"127.0.0.1:{driver.server_address[1]}"}
        process, address = started(folder, targets)
        try:
            wait(address)
            yield address
        finally:
            process.terminate()
            process.wait()
            driver.shutdown()


def started(folder: Path, targets: dict[str, str]) -> tuple[subprocess.Popen[bytes], str]:
    """A Prometheus that asks these."""
    jobs = [{"job_name": name, "static_configs": [{"targets": [of]}]} for name, of in targets.items()]
    (folder / "prometheus.yml").write_text(
        json.dumps({"global": {"scrape_interval": "1s"}, "scrape_configs": jobs})
    )
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
    words = [f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data"]
    log = (folder / "log").open("wb")
    process = subprocess.Popen(["prometheus", *words, f"--web.listen-address={address}"], stderr=log)
    return process, f"http://{address}"


def wait(address: str) -> None:
    """Wait until both were asked."""
    for _ in range(300):
        with suppress(OSError):
            if len(asked(address, "up == 1")) == 2:
                return
        time.sleep(0.2)
    raise TimeoutError("Prometheus did not ask both")


def asked(address: str, query: str) -> list[Any]:
    """The samples that answer a query."""
    answer = json.loads(fetched(f"{address}/api/v1/query?{urlencode({'query': query})}"))
    assert answer["status"] == "success"
    found: list[Any] = answer["data"]["result"]
    return found


@pytest.mark.parametrize("query", QUERIES)
def test_each_query_has_an_answer(prometheus: str, query: str) -> None:
    """None is misspelt, and none asks for a metric that nobody tells."""
    assert asked(prometheus, query)


def test_every_panel_asks_and_says_what() -> None:
    """And panels do not lie on each other."""
    panels = DASHBOARD["panels"]
    assert all(panel["title"] and panel["targets"] for panel in panels)
    cells = [
        (x, y)
        for panel in panels
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) == 23
