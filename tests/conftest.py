"""What tests of several rooms share: the two kinds of tables, and Azurite behind one of them."""

import os
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import settings

from storage.tables.azure_tables import AzureTables
from storage.tables.port import Tables
from storage.tables.sqlite_tables import SqliteTables
from tests.support.azurite import Azurite, AzuriteMissing
from tests.support.examples import CHECK, FEW

settings.register_profile(CHECK, max_examples=FEW, derandomize=True, deadline=None)

JOURNEYS = Path(__file__).parent / "journeys"
KINDS = ["sqlite", pytest.param("azurite", marks=pytest.mark.azurite)]


@pytest.fixture(scope="session")
def azurite() -> Iterator[Azurite]:
    """A running Azurite, one for the whole test run. Where it is missing, tests are skipped, but never in CI."""
    with ExitStack() as stack:
        try:
            running = stack.enter_context(Azurite())
        except AzuriteMissing as missing:
            if os.environ.get("CI"):
                pytest.fail(str(missing))
            pytest.skip(str(missing))
        yield running


@pytest.fixture(params=KINDS)
def open_tables(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Tables]:
    """Opens the storage of this test: each time another instance on the same rows, as a second bot would."""
    if request.param == "sqlite":
        return lambda: SqliteTables(tmp_path / "data" / "bot.sqlite3")
    running: Azurite = request.getfixturevalue("azurite")
    prefix = f"t{uuid.uuid4().hex[:12]}"
    return lambda: AzureTables.from_connection_string(running.connection_string, prefix=prefix)


@pytest.fixture
async def tables(open_tables: Callable[[], Tables]) -> AsyncIterator[Tables]:
    """Empty tables, of either kind."""
    opened = open_tables()
    yield opened
    await opened.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the journeys, which `make check` leaves out."""
    for item in items:
        if JOURNEYS in item.path.parents:
            item.add_marker(pytest.mark.journeys)
