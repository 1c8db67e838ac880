"""Mongrel2: requests arrive on a PULL socket, answers leave through a publisher."""

import logging
from collections.abc import Callable, Sequence
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, Self

from brubeck import wire
from brubeck.addresses import addresses
from brubeck.concurrency import current
from brubeck.concurrency.base import Watch
from brubeck.concurrency.leader import Crew
from brubeck.concurrency.signals import StopRequest
from brubeck.connections.base import Connection, in_time
from brubeck.connections.conversations import Conversations, Held
from brubeck.connections.crowds import Member
from brubeck.connections.keeper import Keeper
from brubeck.connections.lasting import Lasting
from brubeck.connections.pacing import TOTAL_RATE, Pace
from brubeck.connections.websockets import LastingWebSocket
from brubeck.errors import HTTPError, ServiceUnavailable
from brubeck.parking import Parked
from brubeck.request import Request, to_bytes
from brubeck.response import Response
from brubeck.streaming import LastingResponse
from brubeck.uploads import UploadStore

if TYPE_CHECKING:
    import zmq

    from brubeck.application import Brubeck
    from brubeck.connections.control import Control
    from brubeck.connections.credits import CreditInbox
    from brubeck.connections.sockets import Inbox, Outbox

NOTICE = "@*"  # the path of Mongrel2's messages about closed connections
HANDSHAKE = "WEBSOCKET_HANDSHAKE"  # methods that Mongrel2 makes up
WEBSOCKET = frozenset({HANDSHAKE, "WEBSOCKET"})
GRACE = 10.0
LINGER = 2000
PAUSE = 0.01

log = logging.getLogger(__name__)


class Mongrel2Connection(Connection):
    """Serve requests that Mongrel2 sends.

    `pull_addr` is the `send_spec` of Mongrel2's Handler, `pub_addr` its `recv_spec`; with several
    servers each is a sequence, or a text with commas between the addresses. With the address of
    a `dispatcher` requests come from there, and `pull_addr` is not used. Sockets are opened at the
    first use. When it is told to stop, it answers what it has received, and gives handlers `grace`
    seconds for that. With `control`, the address of Mongrel2's control port or those of several,
    streams wait for slow readers.
    """

    MAX_IDENTS = wire.MAX_IDENTS

    in_addr: str | Sequence[str] = ()
    out_addr: str | Sequence[str] = ()
    grace = GRACE
    dispatcher: str | None = None
    control: str | Sequence[str] = ()

    def __new__(cls, *_args: object, **_kwargs: object) -> Self:
        """Make one that works also if the `__init__` of a subclass does not call ours."""
        made = super().__new__(cls)
        Connection.__init__(made)
        made._begin()
        return made

    def __init__(
        self,
        pull_addr: str | Sequence[str],
        pub_addr: str | Sequence[str],
        *,
        grace: float = GRACE,
        dispatcher: str | None = None,
        control: str | Sequence[str] = (),
    ) -> None:
        self.in_addr = pull_addr
        self.out_addr = pub_addr
        self.grace = grace
        self.dispatcher = dispatcher
        self.control = control

    def _begin(self) -> None:
        self.control_port: Control | None = None
        self._context: zmq.Context[Any] | None = None
        self._sockets: tuple[Inbox | CreditInbox, Outbox] | None = None
        self._given: CreditInbox | None = None  # where requests come from a dispatcher
        self._conversations = Conversations(
            self._answer, self._hang_up, self._forget_held, self._go_on
        )
        self._lasting = Keeper(self)
        self.pace = Pace(TOTAL_RATE, gap=0)  # of all lasting answers together

    # -- one message ---------------------------------------------------------------------------

    def process_message(self, application: "Brubeck", message: bytes, /, *_args: Any) -> None:
        """Have one raw message answered; notices and what is no message are never answered."""
        try:
            request = Request.parse_msg(
                message, limits=application.limits, trusted_proxies=application.trusted_proxies
            )
        except wire.BadMessage as error:
            log.warning("A message that makes no sense was dropped. %s", error)
            if self._given is not None:
                self._given.drop(message)
            return
        if request.path == NOTICE:
            self._conversations.leave(request.sender, request.conn_id)
            return
        if request.method in WEBSOCKET and self._is_frame(request):
            return
        self._application = application
        uploads = application.uploads
        if uploads is not None and uploads.takes(request):
            self._take_upload(uploads, request)
        else:
            self._conversations.take(request)

    def _is_frame(self, request: Request) -> bool:
        """Give a frame to its WebSocket; a handshake becomes an ordinary request.

        Without the header FLAGS, which is Mongrel2's own, it is a client who uses the same word as
        the method of a request.
        """
        if request.method == HANDSHAKE:
            request.become_handshake()
            return False
        if "FLAGS" not in request.headers:
            return False
        held = self._conversations.held_for(request)
        if isinstance(held, LastingWebSocket):
            held.take_frame(request)
        else:  # opened with a process that is no more
            self._hang_up(request)
            self._settle(request)
        return True

    def _take_upload(self, store: UploadStore, request: Request) -> None:
        """Have a finished upload answered; one that has only begun goes on unless it is refused."""
        try:
            upload = store.receive(request)
        except HTTPError as error:
            self._send_response(request, self._application.refuse(request, error))
            self._settle(request)
            return
        if upload is None:
            self._settle(request)
        else:
            self._conversations.take(upload)

    def _answer(self, request: Request) -> bool | Held:
        """Have a request answered, and say whether its connection goes on, or what holds it."""
        answer = self._application.handle(request)
        if isinstance(answer, Parked):
            return self._held(request, answer)
        if isinstance(answer, LastingResponse):
            return self._lasting_answer(request, answer)
        if not self._conversations.is_open(request):
            return False
        return answer is None or self._send_response(request, answer)

    def _lasting_answer(self, request: Request, answer: LastingResponse) -> bool | Held:
        if self._conversations.is_open(request) and not answer.is_bodiless(request):
            if self._given is not None:
                self._given.begun(request.sender, request.conn_id)
            return self._lasting.hold(self._application, request, answer)
        answer.discard()
        return self._conversations.is_open(request) and self._send_response(request, answer)

    def _held(self, request: Request, parked: Parked) -> bool | Held:
        if parked.response is not None:  # the news was quicker than the handler
            return self._send_response(request, parked.response)
        parked.carrier = self
        parked.sender, parked.conn_id = request.sender, request.conn_id
        parked.version, parked.is_head = request.version, request.is_head
        parked.keep_alive = request.keep_alive
        return parked

    def _send_response(self, request: Request, response: Response) -> bool:
        """Send an answer; False when the connection has been closed after it."""
        payload, keep_alive = response.written(
            head=request.method == "HEAD", keep_alive=request.keep_alive
        )
        self.send(request.sender, request.conn_id, payload)
        if not keep_alive:
            self._hang_up(request)
        return keep_alive

    def _settle(self, request: Request) -> None:
        """Tell a dispatcher that a message is dealt with from which no conversation came."""
        if self._given is not None:
            self._given.finished(request.sender, request.conn_id, 1)

    def _hang_up(self, asked: Request | Held) -> None:
        # Mongrel2 never closes by itself: an empty reply is its sign to do so.
        self._conversations.note_closed(asked.sender, asked.conn_id)
        self.send(asked.sender, asked.conn_id, b"")

    # -- requests that are held ----------------------------------------------------------------

    def deliver(self, parked: Sequence[Parked], response: Response) -> None:
        """Send one answer to many who wait, written out once for each form of it."""
        alike: dict[tuple[str, bool, bool], list[str]] = {}
        for one in filter(self._conversations.is_open, parked):
            form = one.sender, one.is_head, one.keep_alive
            alike.setdefault(form, []).append(one.conn_id)
        for (sender, is_head, wants_more), idents in alike.items():
            payload, keep_alive = response.written(head=is_head, keep_alive=wants_more)
            self.reply_bulk(sender, idents, payload)
            if not keep_alive:
                self.close_bulk(sender, idents)
        for one in parked:
            keep_alive = one.keep_alive and not response.closes_connection
            self._conversations.release(one, keep_alive=keep_alive)

    def _go_on(self, behind: Request) -> None:
        """Have a request worked off that has waited behind another one, with a time of its own."""
        current().spawn(self._work_off, behind)

    def _work_off(self, request: Request) -> None:
        with in_time(self._application):
            self._conversations.work_off(request)

    def finish(self, lasting: Lasting | Member, *, keep_alive: bool) -> None:
        """Go on with a connection whose answer has ended, or close it."""
        self._lasting.discard(lasting)
        self._conversations.conclude(lasting, keep_alive=keep_alive)

    def reaches(self, sender: str) -> bool:
        """Say whether what is sent to a Mongrel2 now goes out at once."""
        return self._sockets is not None and self._sockets[1].is_open_for(sender)

    def _forget_held(self, held: Held) -> None:
        if isinstance(held, Parked):
            self._application.parking.leave(held)
        elif isinstance(held, Lasting | Member):
            held.leave()

    # -- receiving and sending -----------------------------------------------------------------

    def recv(self) -> bytes:
        """Wait for one raw message."""
        inbox, _ = self._open()
        while (message := inbox.receive()) is None:
            inbox.watch.wait()
        return message

    def send(self, uuid: str, conn_id: str, msg: str | bytes) -> None:
        """Send a finished payload to one client of the Mongrel2 with the ident `uuid`."""
        _, outbox = self._sockets or self._open()
        payload = msg if type(msg) is bytes else to_bytes(msg)
        outbox.send(uuid, wire.reply(uuid, str(conn_id), payload))

    def reply_bulk(self, uuid: str, idents: Sequence[str], data: str | bytes) -> None:
        """Send a finished payload to any number of clients of one Mongrel2."""
        _, outbox = self._open()
        for message in wire.replies(uuid, idents, to_bytes(data), self.MAX_IDENTS):
            outbox.send(uuid, message)

    def keep_alive(self, uuid: str, idents: Sequence[str]) -> None:
        """Tell a Mongrel2 that these connections are in use, although they are silent."""
        _, outbox = self._open()
        for message in wire.keep_alives(uuid, idents, self.MAX_IDENTS):
            outbox.send(uuid, message)

    def close(self) -> None:
        """Do nothing; which connection would it be? See `close_bulk`."""

    def close_bulk(self, uuid: str, idents: Sequence[str]) -> None:
        """Close the connections of some clients of one Mongrel2."""
        self.reply_bulk(uuid, idents, b"")

    # -- life cycle ----------------------------------------------------------------------------

    def recv_forever_ever(self, application: "Brubeck") -> None:
        """Serve an application until SIGTERM, SIGINT or `stop()`.

        Raises ValueError for an address that ZeroMQ does not accept.
        """
        self._recv_forever_ever(partial(self._serve, application))

    def _serve(self, application: "Brubeck") -> None:
        inbox, outbox = self._open()
        try:
            with StopRequest(current()) as self.stop_request:
                crew = self._crew(application, inbox.receive, inbox.watch)
                inbox.attach(crew, partial(self.process_message, application))
                crew.start()
                self._announce()
                self.stop_request.wait()
                self._finish(application, crew, inbox, outbox)
        finally:
            self._shut()

    def _crew(
        self, application: "Brubeck", receive: Callable[[], bytes | None], watch: Watch | None
    ) -> Crew[bytes]:
        return Crew(
            current(),
            receive=receive,
            watch=watch,
            handle=partial(self.process_message, application),
            limit=getattr(application.pool, "size", None),
            seconds=application.time_limit,
        )

    def _finish(
        self,
        application: "Brubeck",
        crew: Crew[bytes],
        inbox: "Inbox | CreditInbox",
        outbox: "Outbox",
    ) -> None:
        """Leave without losing anything, as far as possible, and answer what was received."""
        application.parking.end()
        application.endings.end()
        rest = self._crew(application, partial(next, iter(inbox.leave(crew, outbox)), None), None)
        rest.start()
        deadline = monotonic() + self.grace
        if not (
            rest.join(self.grace)
            and crew.join(max(0, deadline - monotonic()))
            and self._are_all_answered(deadline)
        ):
            self._give_up(application)
        self._lasting.finish(max(0, deadline - monotonic()))

    def _are_all_answered(self, deadline: float) -> bool:
        """Wait for requests that no member of a crew works at, such as those behind a held one."""
        while any(self._conversations.requests()):
            if monotonic() >= deadline:
                return False
            current().sleep(PAUSE)
        return True

    def _give_up(self, application: "Brubeck") -> None:
        log.warning("%d requests were not finished in time.", len(self._conversations))
        detail = "The server is being restarted. Try again in a moment."
        for request in self._conversations.requests():
            self._send_response(request, application.refuse(request, ServiceUnavailable(detail)))
        self._conversations.forget("")

    # -- sockets -------------------------------------------------------------------------------

    def _open(self) -> "tuple[Inbox | CreditInbox, Outbox]":
        if self._sockets is None:
            self._sockets = inbox, outbox = self._connect()
            self.in_sock, self.out_sock = inbox.socket, outbox.socket
            outbox.start()
            inbox.start()
        return self._sockets

    def _connect(self) -> "tuple[Inbox | CreditInbox, Outbox]":
        if not self.out_addr:
            raise ValueError(
                f"{type(self).__name__} has no addresses. "
                "Call super().__init__(pull_addr, pub_addr) in its __init__."
            )
        import zmq  # programs that only use WSGI need not have it

        from brubeck.connections.control import Control
        from brubeck.connections.sockets import Outbox, unusable

        self._context = zmq.Context()
        if self.control:
            self.control_port = Control(self._context, addresses(self.control))
        try:
            # The way out first: a request may be there as soon as the way in is open.
            outbox = Outbox(
                self._context, addresses(self.out_addr), self.sender_id, self._conversations.forget
            )
            return self._inbox(self._context, outbox), outbox
        except zmq.ZMQError as error:
            self._context.destroy(linger=0)
            raise unusable(self.in_addr, self.out_addr, error) from error

    def _inbox(self, context: "zmq.Context[Any]", outbox: "Outbox") -> "Inbox | CreditInbox":
        from brubeck.connections.credits import CreditInbox
        from brubeck.connections.sockets import Inbox

        if self.dispatcher is None:
            return Inbox(context, addresses(self.in_addr))
        self._given = CreditInbox(context, self.dispatcher, self._conversations, outbox)
        self._conversations.on_end = self._given.finished
        self._conversations.on_closed = self._given.closed
        return self._given

    def _shut(self) -> None:
        if self._sockets is not None and self._context is not None:
            inbox, outbox = self._sockets
            if self.control_port is not None:
                self.control_port.close()
            inbox.close(LINGER)
            outbox.close(LINGER)
            self._context.term()
        self.in_sock = self.out_sock = self._sockets = self._context = None
