# ruff: noqa: ARG002, FBT001, FBT002 - the signatures are those that programs call and override
"""WebMessageHandler: a body, headers and cookies around the life of a request."""

from collections.abc import Iterable, Mapping
from http.cookies import SimpleCookie
from typing import Any, ClassVar

from brubeck.cookies import SigningKey, cookie_decode, cookie_encode, set_cookie
from brubeck.errors import BadRequest, HTTPError, error_for
from brubeck.eventstream import LAST_EVENT_ID, SILENCE
from brubeck.handlers.conditions import Conditional, NotModified
from brubeck.handlers.hooks import call_render_error
from brubeck.handlers.message import ErrorHook, MessageHandler, Result
from brubeck.handlers.protection import SAFE_METHODS, CsrfProtection
from brubeck.methods import with_head
from brubeck.response import Response, reason_phrase, render
from brubeck.streaming import event_stream
from brubeck.subscriptions import OnGone, Replay, Subscription


class WebMessageHandler(Conditional, CsrfProtection, MessageHandler):
    """Answer an HTTP request with a body, headers and cookies.

    The status is 500 until `set_body` or `set_status` earns a better one.
    """

    _DEFAULT_STATUS = 500
    _SUCCESS_CODE = 200
    _UPDATED_CODE = 200
    _CREATED_CODE = 201
    _MULTI_CODE = 207
    _FAILED_CODE = 400
    _AUTH_FAILURE = 401
    _FORBIDDEN = 403
    _NOT_FOUND = 404
    _NOT_ALLOWED = 405
    _SERVER_ERROR = 500

    _response_codes: ClassVar[dict[int, str]] = {
        200: "OK",
        400: "Bad request",
        401: "Authentication failed",
        403: "Forbidden",
        404: "Not found",
        405: "Method not allowed",
        500: "Server error",
    }

    is_personal = False
    """Whether the answer depends on who asks; shared caches are told not to keep it then."""

    body: Any
    headers: dict[str, Any]
    _cookies: "SimpleCookie | None" = None

    def _clear_answer(self) -> None:
        # Here and not in initialize(), which programs override without calling the parent's.
        self.body = ""
        self.headers = {}

    def _status_text(self, status_code: int) -> str:
        return self._response_codes.get(status_code) or reason_phrase(status_code)

    def set_body(
        self,
        body: Any,
        headers: dict[str, Any] | int | None = None,
        status_code: int | dict[str, Any] | None = 200,
    ) -> None:
        """Set the body and the status; `headers` replaces all headers set before.

        `set_body(body, 201)` and `set_body(body, 201, headers)`, an older order of the
        arguments, are understood too.
        """
        if isinstance(headers, int):
            headers, status_code = _older_order(headers, status_code)
        self.body = body
        if headers is not None:
            # A copy: cookies of this answer must not end up in a dict that requests share.
            self.headers = dict(headers)
        self.set_status(status_code)  # type: ignore[arg-type]

    # -- what the client sent ------------------------------------------------------------------

    def get_argument(self, name: str, default: Any = None, strip: bool | None = True) -> Any:
        """Return the last value of an argument as text, or the default."""
        return self.message.get_argument(name, default=default, strip=strip)

    def get_arguments(self, name: str, strip: bool | None = True) -> list[str] | None:
        """Return all values of an argument, or None when there is none."""
        return self.message.get_arguments(name, strip=strip)

    # -- cookies -------------------------------------------------------------------------------

    @property
    def cookies(self) -> SimpleCookie:
        """The cookies that go out with the answer; `message.cookies` are those that came in."""
        if self._cookies is None:
            self._cookies = SimpleCookie()
        return self._cookies

    def get_cookie(
        self,
        key: str,
        default: Any = None,
        secret: SigningKey | None = None,
        max_age: float | None = None,
    ) -> Any:
        """Return the value of a cookie, or the default when the client sent none.

        With a secret the value is verified, and None stands for one that is forged, that was
        signed for another cookie name, or that is older than `max_age` seconds.
        """
        morsel = self.message.cookies.get(key)
        if morsel is None:
            return default
        if secret is None:
            return morsel.value
        return _signed_value(cookie_decode(morsel.value, secret, max_age=max_age), key)

    def set_cookie(
        self, key: str, value: Any, secret: SigningKey | None = None, **attributes: Any
    ) -> None:
        """Send a cookie; with a secret the value may be any that can be signed.

        Signed cookies are HttpOnly, SameSite=Lax and, over TLS, Secure unless `attributes` say
        otherwise. Raises TypeError for an unsigned value that is not text, and CookieError for
        attributes that cookies do not have (RFC 6265, 4.1).
        """
        if secret is not None:
            value = cookie_encode((key, value), secret)
            attributes = self._protected(attributes)
        set_cookie(self.cookies, key, value, **attributes)

    def _protected(self, attributes: Mapping[str, Any]) -> dict[str, Any]:
        protected = {"httponly": True, "samesite": "Lax", **attributes}
        if self.message.is_secure:
            protected.setdefault("secure", True)
        return protected

    def delete_cookie(self, key: str, **attributes: Any) -> None:
        """Tell the client to forget a cookie; path and domain must be those it was set with."""
        self.set_cookie(key, "", **{**attributes, "max_age": -1, "expires": 0})

    def delete_cookies(self, **attributes: Any) -> None:
        """Tell the client to forget every cookie that it sent."""
        for key in self.message.cookies:
            self.delete_cookie(key, **attributes)

    def convert_cookies(self) -> None:
        """Put the outgoing cookies into the headers: text for one, a list for several."""
        lines = [morsel.OutputString() for morsel in self.cookies.values()]
        if lines:
            self.headers["Set-Cookie"] = lines[0] if len(lines) == 1 else lines

    # -- answers -------------------------------------------------------------------------------

    def _respond(self) -> Result:
        # The question about the method again, because most requests need no other.
        if (
            self.message.method not in SAFE_METHODS
            and self.needs_csrf_check()
            and self._member()
            and not self.has_csrf_token()
        ):
            return self.csrf_failed()
        try:
            return super()._respond()
        except NotModified:
            return self._not_modified()

    def render(  # type: ignore[override]  # the second argument has differed since 2011
        self, status_code: int | None = None, http_200: bool = False, **kwargs: Any
    ) -> Result:
        """Return the response; `http_200` sends status 200 with the text of the real one."""
        return self._response(self.body, status_code, http_200=http_200)

    def _response(self, body: Any, status_code: int | None, *, http_200: bool) -> Result:
        if status_code is not None:
            self.set_status(status_code)
        if self._cookies is not None:
            self.convert_cookies()
        if self.is_personal and "cache-control" not in map(str.lower, self.headers):
            self.headers["Cache-Control"] = "private, no-store"
        payload = self._payload
        code = 200 if http_200 else payload[self._STATUS_CODE]
        if self.conditional and code == 200 and not self._is_new(body):
            return self._not_modified()
        return render(body, code, payload[self._STATUS_MSG], self.headers)

    def stream(
        self,
        pieces: Iterable[str | bytes],
        content_type: str | None = None,
        status_code: int = 200,
    ) -> Result:
        """Return a response whose body is sent while `pieces` are made: a generator, a file...

        It has no Content-Length unless the headers have one. When the client goes, the generator
        is closed. An error in it is answered as any other before the first piece; after it the
        connection is cut.
        """
        if content_type is not None:
            self.headers["Content-Type"] = content_type
        body = iter([pieces] if isinstance(pieces, str | bytes) else pieces)
        return WebMessageHandler._response(self, body, status_code, http_200=False)

    def event_stream(self, events: Iterable[object], *, silence: float = SILENCE) -> Any:
        """Return a response of Server-Sent Events, made while they are sent.

        Each is an `Event`, its data, or a tuple or dict of the event's fields. When there is none
        for `silence` seconds, a comment is sent, which keeps the connection open. The stream ends
        when `events` do, and browsers connect again then.
        """
        self.set_status(200)
        if self._cookies is not None:
            self.convert_cookies()
        return event_stream(events, self.headers, silence=silence)

    def subscribe(
        self, room: str, *, replay: Replay | None = None, on_gone: OnGone | None = None
    ) -> Any:
        """Return an event stream of what `application.publish(room, event)` sends from now on.

        It needs no greenlet. `replay` is called with the id of the last event that the client has
        seen, None for one who is new, and returns the events that are to come first; what is
        published meanwhile comes behind them, once. `on_gone` is called when it is over, for
        whatever reason.
        """
        self.set_status(200)
        if self._cookies is not None:
            self.convert_cookies()
        return Subscription(
            self.application.subscriptions,
            room,
            self.headers,
            last_event_id=self.last_event_id,
            replay=replay,
            on_gone=on_gone,
        )

    @property
    def last_event_id(self) -> str | None:
        """The id of the last event that the client has seen, None for one who is new.

        Browsers send it in a header when they connect again; the argument `last-event-id` does
        the same for pages that open a stream themselves.
        """
        return self.message.header(LAST_EVENT_ID) or self.get_argument(LAST_EVENT_ID)

    def redirect(self, url: str, status_code: int = 302) -> Result:
        """Send the client to another address, which may be relative.

        Raises BadRequest for an address with control characters, which could end the header
        and begin another (CWE-113).
        """
        if any(character < " " or character == "\x7f" for character in url):
            raise BadRequest(
                "The address to go to contains control characters. Go back and try again."
            )
        self.clear_payload()
        self._finished = True
        self.set_status(status_code, f"Page has moved to {url}")
        self.headers["Location"] = url
        return self.render()

    def unsupported(self, *args: Any, **kwargs: Any) -> Result:
        """Answer 405, with the methods that would do in the header Allow."""
        return call_render_error(self, self._NOT_ALLOWED, self._allow)  # type: ignore[no-any-return]

    def _allow(self) -> None:
        self.headers["Allow"] = ", ".join(with_head(self.supported_methods))

    def error(self, err: Exception) -> Result:
        """Answer by an error handler of the application, or 500 without a word of the exception."""
        return self._by_application(err) or self.render_error(self._SERVER_ERROR)

    def render_error(
        self, status_code: int, error_handler: ErrorHook | None = None, **context: Any
    ) -> Result:
        """Drop what was collected and answer with an error; `error_handler` may add to it.

        If the application has an error handler for the status, that makes the answer.
        """
        result = super().render_error(status_code, error_handler=error_handler, **context)
        if self._has_words() or not self._has_error_handler(status_code):
            return result
        return self._without_words()

    def _has_words(self) -> bool:
        """Tell whether an error says more than what happened."""
        return bool(self.body)

    def _has_error_handler(self, status_code: int) -> bool:
        if self._error_answers is None:
            return False
        error = self.raised
        if error is None or error.status_code != status_code:
            error = error_for(status_code)
        return self._error_answers.has(error)

    def _without_words(self) -> Result:
        """Return the error with its headers alone, which the application completes."""
        self.headers = {
            name: value
            for name, value in self.headers.items()
            if not name.lower().startswith("content-")
        }
        return self._response("", None, http_200=False)

    def _by_application(self, error: Exception) -> Any:
        response = super()._by_application(error)
        if response is not None and self._cookies:
            self.convert_cookies()
            response.headers += Response(headers={"Set-Cookie": self.headers["Set-Cookie"]}).headers
        return response

    def http_error(self, error: HTTPError) -> Result:
        """Answer an `HTTPError` that was raised on purpose.

        By an error handler of the application, or with its status, headers and detail.
        """
        result = super().http_error(error)
        if error.reason and isinstance(result, dict):
            result["status_msg"] = error.reason
        return result

    def _explain(self, error: HTTPError) -> None:
        super()._explain(error)
        self.headers.update(error.headers)

    def _plain_error(self, status_code: int) -> Result:
        self.clear_payload()
        self._finished = True
        return WebMessageHandler.render(self, status_code)

    def options(self, *args: Any, **kwargs: Any) -> Result:
        """Answer OPTIONS with the methods that the handler supports."""
        self._allow()
        self.headers["Access-Control-Allow-Methods"] = self.headers["Allow"]
        return self.render(status_code=self._SUCCESS_CODE)


def _older_order(status_code: int, headers: object) -> tuple[dict[str, Any] | None, int]:
    return (headers if isinstance(headers, dict) else None), status_code


def _signed_value(signed: object, key: str) -> Any:
    """Return the value of a signed (name, value) pair if it was signed for this name."""
    match signed:
        case (str(name), value) if name == key:
            return value
    return None
