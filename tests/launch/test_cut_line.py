"""An API server that is gone for a minute while a run goes on."""

import json
import time
from dataclasses import replace

import pytest

from tests.launch.api_server import ApiServer
from tests.launch.kubelet import Kubelet
from tests.launch.line import line
from tests.launch.operator import Operator
from tests.launch.processes import DAY, ended, started


@pytest.mark.parametrize("moment", ["while the run goes on", "while the run ends"])
def test_the_launcher_waits_a_minute_for_the_api_server_and_tells_the_end(
    server: ApiServer, operator: Operator, kubelet: Kubelet, namespace: str, moment: str
) -> None:
    """No second run is made, and the summary of the first is told, whether it ended before or meanwhile."""
    operator.put_template()
    with line(server.port) as between:
        cut = replace(server, port=between.port)
        process = started(cut, namespace, (*DAY, "--start-timeout", "90s"), "admin")
        try:
            operator.begin(name := operator.await_run())
            time.sleep(3)
            between.cut()
            if moment == "while the run ends":
                _end(operator, kubelet, name)
            time.sleep(60)
            between.mend()
            if moment == "while the run goes on":
                time.sleep(5)
                assert process.poll() is None
                _end(operator, kubelet, name)
            out, _ = ended(process, 0)
        finally:
            process.kill()
    assert json.loads(out)["visits"] == 7
    assert [run["metadata"]["name"] for run in operator.runs()] == [name]


def _end(operator: Operator, kubelet: Kubelet, name: str) -> None:
    kubelet.write('{"step": "summary", "visits": 7}', end=True)
    operator.finish(name, 0)
