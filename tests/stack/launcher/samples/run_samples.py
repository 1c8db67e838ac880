"""The launcher itself, with a table of samples in place of the suite's applications."""

import signal
import sys

from launcher.applications import Application
from launcher.cli import main
from launcher.companions import Companion

SERVICE = Companion(
    "samplecompanion", ("SERVICE_URL",), {"SERVICE_KEY": "sample"}, real="SERVICE_KEY"
)

TABLE = (
    Application("sample", "sample", "sample", "A sample.", needs=("redis",), demo_data=True),
    Application("dying", "dying", "dying", "Ends at once."),
    Application("undemoed", "undemoed", "undemoed", "Has no demo data.", demo_data=True),
    Application("stubborn", "stubborn", "stubborn", "Does not listen."),
    Application("homeless", "a_package_that_nobody_has", "homeless", "Is not installed."),
    Application(
        "accompanied", "accompanied", "accompanied", "Has one.", needs=("redis",), companion=SERVICE
    ),
    Application("stored", "undemoed", "stored", "Needs a Mongo server.", needs=("mongo",)),
)

if __name__ == "__main__":
    # The tests send it, wherever they run: some CI servers work under nohup.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    sys.exit(main(table=TABLE))
