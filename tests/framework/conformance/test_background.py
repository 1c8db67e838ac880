"""Work after an answer, when the process is told to end."""

import signal

from framework.conformance.servers import Server


def test_a_process_finishes_work_that_nobody_waits_for(own_server: Server) -> None:
    """The signal comes while it is being done; the hooks at the end come after it."""
    assert own_server.ask("POST", "/working/late", body=b"").status == 200
    own_server.program.signal(signal.SIGTERM)
    assert own_server.program.wait() == 0
    assert (own_server.folder / "late.worked").exists()
    assert "stopped" in own_server.program.text()
