"""Answers that hold a connection of Mongrel2 for longer: each has a greenlet of its own."""

import logging
from typing import TYPE_CHECKING

from brubeck.concurrency import current
from brubeck.concurrency.base import Task
from brubeck.connections.pacing import LARGEST, Pace
from brubeck.connections.streams import CutOffError, Stream
from brubeck.connections.window import Window
from brubeck.request import Request
from brubeck.response import Response
from brubeck.streaming import StreamedResponse

if TYPE_CHECKING:
    from brubeck.application import Brubeck
    from brubeck.connections.mongrel2 import Mongrel2Connection

SOON = 0.01

log = logging.getLogger(__name__)


class Lasting:
    """What holds one connection until `work` returns, in a greenlet of its own."""

    def __init__(self, carrier: "Mongrel2Connection", request: Request) -> None:
        self._carrier = carrier
        self._request = request
        self._pace = Pace()
        self.sender = request.sender
        self.conn_id = request.conn_id
        self.is_gone = False
        self._task: Task | None = None

    def start(self) -> None:
        """Begin to work."""
        self._task = current().spawn(self._run)

    def work(self) -> bool:
        """Send everything; return whether the connection may have another request."""
        raise NotImplementedError

    def stop(self) -> None:
        """Have `work` return soon."""
        raise NotImplementedError

    def leave(self) -> None:
        """Take note that the client has gone."""
        self.is_gone = True
        self._request.leave()
        self.stop()

    def cut_off(self) -> None:
        """End at once, in the middle of whatever it is."""
        self._carrier.finish(self, keep_alive=False)
        self.leave()
        self.kill()

    def kill(self) -> None:
        """End the greenlet, wherever it is; its `finally` blocks run."""
        if self._task is not None:
            current().spawn(self._task.kill)

    def tick(self) -> None:
        """Look after the connection; called every 30 seconds."""

    def send(self, data: bytes) -> None:
        """Send some bytes when it is their turn. Raises ConnectionError when the client has gone."""
        paces = self._pace, self._carrier.pace
        while not self.is_gone and (delay := self._delay(paces)) > 0:
            current().sleep(delay)
        if self.is_gone:
            raise ConnectionAbortedError
        for pace in paces:
            pace.spend(len(data))
        self._carrier.send(self.sender, self.conn_id, data)

    def _delay(self, paces: tuple[Pace, ...]) -> float:
        # What is kept back for a Mongrel2 that does not listen would all reach it at once.
        if not self._carrier.reaches(self.sender):
            return SOON
        return max(pace.delay() for pace in paces)

    def _run(self) -> None:
        keep_alive = False
        try:
            keep_alive = self.work()
        except ConnectionError:
            log.debug("The client of %s has gone.", self._request.path)
        except Exception:
            log.exception("%s %s failed", self._request.method, self._request.path)
        finally:
            self._carrier.finish(self, keep_alive=keep_alive)


class LastingStream(Lasting):
    """One streamed answer."""

    def __init__(
        self,
        carrier: "Mongrel2Connection",
        application: "Brubeck",
        request: Request,
        response: StreamedResponse,
    ) -> None:
        super().__init__(carrier, request)
        self._stream = Stream(application, request, response, LARGEST)
        control = carrier.control_port
        self._window = (
            None if control is None or response.endless else Window(control, self.conn_id)
        )

    def stop(self) -> None:
        """Close the generator."""
        self._stream.stop()

    def send(self, data: bytes) -> None:
        """Send some bytes when the reader has taken enough of what came before."""
        if self._window is not None:
            if not self._window.wait(len(data)):
                raise ConnectionAbortedError
            self._window.note(len(data))
        super().send(data)

    def work(self) -> bool:
        """Send head and body, the head together with the first piece."""
        try:
            answer = self._stream.begin()
            if isinstance(answer, StreamedResponse):
                return self._send_stream(answer)
            return self._send_whole(answer)
        except CutOffError:
            return False
        finally:
            self.stop()

    def _send_whole(self, answer: Response) -> bool:
        keep_alive = self._request.keep_alive and not answer.closes_connection
        self.send(answer.to_http(keep_alive=keep_alive))
        return keep_alive

    def _send_stream(self, answer: StreamedResponse) -> bool:
        keep_alive = self._request.keep_alive and not answer.closes_connection
        framing = answer.framing(version=self._request.version, keep_alive=keep_alive)
        data = answer.start(framing)
        for piece in self._stream.body(framing):
            if self.is_gone:
                return False
            if data or piece:
                self.send(data + piece)
            data = b""
        return framing.keep_alive
