"""ProblemAnswers: errors as problem documents (RFC 9457), for handlers that programs talk to.

    class Links(ProblemAnswers, JSONMessageHandler): ...

Mix it in before the handler.
"""

from typing import TYPE_CHECKING, Any

from brubeck.errorpages import PROBLEM, default_detail
from brubeck.handlers.message import ErrorHook, Result
from brubeck.handlers.web import WebMessageHandler
from brubeck.jsontext import dumps
from brubeck.response import reason_phrase

_SAID_OTHERWISE = {"status_code", "status_msg", "timestamp", "detail"}

if TYPE_CHECKING:
    _Base = WebMessageHandler
else:
    _Base = object


class ProblemAnswers(_Base):
    """Answers every error by a problem document; what an error adds becomes further members."""

    _problem: dict[str, Any] | None = None

    def render_error(
        self, status_code: int, error_handler: ErrorHook | None = None, **context: Any
    ) -> Result:
        """Drop what was collected and answer a problem document.

        `error_handler` may add headers and to the payload; `context` are further members.
        """
        self.clear_payload()
        if error_handler is not None:
            error_handler()
        added = {**self._payload, **context}
        self._finished = True
        self._problem = {
            "type": "about:blank",
            "title": reason_phrase(status_code),
            "status": status_code,
            "detail": added.get("detail") or default_detail(status_code),
            "request_id": self.message.id,
            **{name: value for name, value in added.items() if name not in _SAID_OTHERWISE},
        }
        return self.render(status_code)

    def render(self, status_code: int | None = None, **options: Any) -> Result:  # type: ignore[override]
        """Return the problem if there is one, else what the handler makes."""
        if self._problem is None:
            return super().render(status_code, **options)
        self.headers["Content-Type"] = PROBLEM
        return self._response(dumps(self._problem), status_code, http_200=False)

    def clear_payload(self) -> None:
        """Forget what was collected, a problem included."""
        self._problem = None
        super().clear_payload()
