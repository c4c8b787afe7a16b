"""What the bot under test is told, where it listens, and on which storages a journey has to hold."""

from pathlib import Path

import pytest
from aiohttp import web

from tests.support.fake_teams import ADMIN, TENANT

ROOT = Path(__file__).parents[2]
DEMO_TRUST = ROOT / "tests" / "playground" / "demo_trust.yaml"


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    """What the bot of these tests is told."""
    return {
        "DATA_DIR": str(data_dir),
        "TRUST_FILE": str(DEMO_TRUST),
        "BOT_ADMINS": ADMIN.entra_id,
        "MICROSOFT_APP_TENANT_ID": TENANT,
        "LOG_FORMAT": "text",
        **more,
    }


BOTH_STORAGES = pytest.mark.parametrize(
    "outside", ["embedded", pytest.param("azure", marks=pytest.mark.azurite)], indirect=True
)
"""For journeys that have to hold on Azure Storage too; the others run on the embedded one."""


async def serve(app: web.Application) -> tuple[web.AppRunner, str]:
    """The app on a free port; its address."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"
