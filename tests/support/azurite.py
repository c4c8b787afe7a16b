"""Azurite, Microsoft's emulator of a storage account, as a process of its own on free ports."""

import http.client
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

EXECUTABLE = Path(__file__).parents[1] / "node_modules/.bin/azurite"
SERVICES = ("Blob", "Queue", "Table")
START_SECONDS = 60
_ACCOUNT = "devstoreaccount1"  # name and key are the same for everybody and stand in Azurite's documentation
_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


class AzuriteMissing(Exception):
    """Azurite cannot be started on this machine; the message says what to install."""


class Azurite:
    """Runs between `with` and its end: `connection_string` leads to it. Its data is gone afterwards.

    Entering raises `AzuriteMissing` without Node or the npm packages, RuntimeError if it does not come up.
    """

    def __enter__(self) -> "Azurite":
        if not shutil.which("node"):
            raise AzuriteMissing("Azurite needs Node.js 20 or later, and there is no `node` here")
        if not EXECUTABLE.exists():
            raise AzuriteMissing("Azurite is not installed: npm ci --prefix tests")
        self._folder = tempfile.TemporaryDirectory(prefix="azurite-", ignore_cleanup_errors=True)
        self.ports = _free_ports()
        self._process = subprocess.Popen(self._command(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            self._wait()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()  # nothing of it is kept
        self._process.communicate()
        self._folder.cleanup()

    @property
    def connection_string(self) -> str:
        """For the clients of tables and blobs."""
        return connection_string(self.ports)

    def _command(self) -> list[str]:
        command = [str(EXECUTABLE), "--location", self._folder.name]
        command += ["--silent", "--disableTelemetry", "--skipApiVersionCheck"]
        for service, port in zip(SERVICES, self.ports, strict=True):
            command += [f"--{service.lower()}Host", "127.0.0.1", f"--{service.lower()}Port", str(port)]
        return command

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not all(_answers(port) for port in self.ports):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self._process.kill()
                raise RuntimeError(f"Azurite did not come up: {self._process.communicate()[0]}")
            time.sleep(0.1)


def connection_string(ports: Iterable[int]) -> str:
    """For an Azurite on the ports of blobs, queues and tables."""
    named = zip(SERVICES, ports, strict=True)
    endpoints = "".join(f"{name}Endpoint=http://127.0.0.1:{port}/{_ACCOUNT};" for name, port in named)
    return f"DefaultEndpointsProtocol=http;AccountName={_ACCOUNT};AccountKey={_KEY};{endpoints}"


def _free_ports() -> list[int]:
    with ExitStack() as held:  # all at once, so that they differ
        sockets = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in SERVICES]
        return [taken.getsockname()[1] for taken in sockets]


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status > 0
    except OSError:
        return False
    finally:
        connection.close()
