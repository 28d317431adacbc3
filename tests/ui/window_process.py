"""A window's process on a small profile, for the test that tells it to end: `... FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from loopdesk import app
from loopdesk.desk.desk import Desk
from loopdesk.engine.protocol import ToWindow
from loopdesk.providers.google import PROVIDER
from loopdesk.store.connection import SqlDatabase
from loopdesk.store.vessel import Vessel
from loopdesk.system.seams import SystemClock, SystemIds
from loopdesk.ui.main import run
from loopdesk.ui.services import Service
from tests.ui.conftest import KEY, SilentEngine
from tests.ui.rows import ZONE


def main(folder: Path) -> int:
    database = SqlDatabase(folder, KEY)
    specs = {PROVIDER.key: PROVIDER.actions}
    vessel = Vessel(folder / "files")
    desk = Desk(database, SystemClock(), SystemIds(), specs, app.ranking(), lambda: ZONE, vessel)
    engine = SilentEngine()
    engine.says.put(ToWindow(ready=True))
    services = [Service(PROVIDER.key, PROVIDER.title, (), "accounts.google.com")]
    # Said once the window can hear a signal: `summoned` is asked for after that.
    code = run(
        desk,
        lambda: engine,
        clock=SystemClock(),
        zone=ZONE,
        services=services,
        open_address=lambda _: None,
        summoned=lambda _: print("ready", flush=True),
    )
    database.close()
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
