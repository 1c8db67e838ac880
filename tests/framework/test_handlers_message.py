"""MessageHandler: contract section 4, line by line."""

import json
from typing import Any

import pytest
from brubeck.errors import Forbidden
from brubeck.handlers import HTTP_METHODS, MessageHandler
from doubles import make_application, make_request


def handler_for(kind: type[MessageHandler], method: str = "GET", url_args: Any = ()) -> Any:
    handler = kind(make_application(), make_request(method))
    handler._url_args = url_args
    return handler


def answer(kind: type[MessageHandler], method: str = "GET", url_args: Any = ()) -> Any:
    return json.loads(handler_for(kind, method, url_args)())


class Greeting(MessageHandler):
    def get(self, name: str = "dude") -> Any:
        self.add_to_payload("name", name)
        return self.render(self._SUCCESS_CODE)


# -- life of one request -----------------------------------------------------------------------


def test_methods_are_in_the_documented_order() -> None:
    """HTTP_METHODS keeps its order; PATCH is an addition at the end."""
    original = ["get", "post", "put", "delete", "head", "options", "trace", "connect"]
    assert [*original, "patch"] == HTTP_METHODS


def test_construction_sets_everything_before_initialize() -> None:
    """initialize() finds application, message, status and timestamp, but no URL arguments."""
    seen: dict[str, Any] = {}

    class Curious(MessageHandler):
        def initialize(self) -> None:
            seen.update(
                application=self.application,
                message=self.message,
                status=self.status_code,
                time=self.current_time,
                finished=self._finished,
                url_args=hasattr(self, "_url_args"),
            )

    application, message = make_application(), make_request()
    handler = Curious(application, message)
    assert seen["application"] is application
    assert seen["message"] is message
    assert seen["status"] == -1
    assert seen["finished"] is False
    assert seen["url_args"] is False
    assert seen["time"] == handler.timestamp
    assert isinstance(handler.timestamp, int)


def test_url_arguments_are_there_in_prepare() -> None:
    """Published programs read self._url_args['name'] in prepare()."""

    class Prepared(MessageHandler):
        def prepare(self) -> None:
            self.name = self._url_args["name"]  # type: ignore[call-overload]

        def get(self, name: str) -> Any:
            self.add_to_payload("both", [self.name, name])
            return self.render()

    assert answer(Prepared, url_args={"name": "ada"})["both"] == ["ada", "ada"]


def test_named_arguments_lose_false_values() -> None:
    """Unmatched groups and empty strings leave the member's default alone."""
    assert answer(Greeting, url_args={"name": None})["name"] == "dude"
    assert answer(Greeting, url_args={"name": ""})["name"] == "dude"
    assert answer(Greeting, url_args={"name": "x"})["name"] == "x"


def test_positional_arguments_are_passed_unfiltered() -> None:
    """None included."""
    assert answer(Greeting, url_args=(None,))["name"] is None
    assert answer(Greeting, url_args=["x"])["name"] == "x"


def test_a_handler_works_without_url_arguments() -> None:
    """Calling a handler by hand needs no router."""
    result = Greeting(make_application(), make_request())()
    assert json.loads(result)["name"] == "dude"  # type: ignore[arg-type]


def test_a_finished_prepare_skips_the_method() -> None:
    """render_error() in prepare() ends the request with the state left behind."""

    class Locked(Greeting):
        def prepare(self) -> None:
            self.render_error(self._AUTH_FAILURE)
            self.add_to_payload("why", "locked")

    assert answer(Locked) == {
        "status_code": -2,
        "status_msg": "Authentication failed",
        "why": "locked",
    }


def test_unknown_methods_are_unsupported() -> None:
    """Only names in HTTP_METHODS count, and only those the handler has."""

    class Tricky(Greeting):
        def brew(self) -> Any:
            raise AssertionError("not an HTTP method")

    for method in ("BREW", "POST", "RENDER", ""):
        assert answer(Tricky, method)["status_code"] == -1


def test_members_that_are_no_functions_are_unsupported() -> None:
    """An attribute that happens to be named like a method is not called."""

    class Odd(MessageHandler):
        trace = "not callable"

    assert answer(Odd, "TRACE")["status_code"] == -1


def test_head_is_answered_by_get() -> None:
    """A handler without head() answers HEAD by what GET would send."""
    assert answer(Greeting, "HEAD")["name"] == "dude"


def test_patch_is_allowed() -> None:
    """PATCH works like any other method."""

    class Patchable(MessageHandler):
        patch = Greeting.get

    assert answer(Patchable, "PATCH")["status_code"] == 0


def test_supported_methods_attribute_restricts() -> None:
    """SUPPORTED_METHODS of early programs limits what members are called."""

    class Restricted(Greeting):
        SUPPORTED_METHODS = ("GET", "BREW")
        post = brew = Greeting.get

    assert answer(Restricted)["status_code"] == 0
    assert answer(Restricted, "HEAD")["status_code"] == 0
    assert answer(Restricted, "POST")["status_code"] == -1
    assert answer(Restricted, "BREW")["status_code"] == -1
    assert handler_for(Restricted).supported_methods == ["get"]


def test_supported_methods_lists_members_in_order() -> None:
    """A real list, lower case, in the order of HTTP_METHODS."""

    class Several(Greeting):
        delete = Greeting.get
        post = Greeting.get

    supported = handler_for(Several).supported_methods
    assert supported == ["get", "post", "delete"]
    assert isinstance(supported, list)


def test_exceptions_become_the_result_of_error(caplog: pytest.LogCaptureFixture) -> None:
    """A failing method is logged with its traceback and answered by error()."""

    class Broken(MessageHandler):
        def get(self) -> Any:
            raise KeyError("secret detail")

        def error(self, err: Exception) -> Any:
            return f"error: {type(err).__name__}"

    assert handler_for(Broken)() == "error: KeyError"
    assert "secret detail" in caplog.text


def test_exceptions_in_prepare_are_handled_too(caplog: pytest.LogCaptureFixture) -> None:
    """prepare() may fail like a method (fix 8)."""

    class Broken(Greeting):
        def prepare(self) -> None:
            raise RuntimeError("no")

    assert answer(Broken)["status_code"] == -1
    assert "Broken failed" in caplog.text


@pytest.mark.parametrize("outcome", [None, "", RuntimeError("also broken")])
def test_an_error_hook_that_fails_still_answers(
    outcome: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """error() that returns nothing or raises ends as a plain server error (fix 7)."""

    class Broken(MessageHandler):
        def get(self) -> Any:
            raise ValueError("no")

        def error(self, err: Exception) -> Any:
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

    assert answer(Broken) == {"status_code": -5, "status_msg": "Server error"}
    assert "Broken failed" in caplog.text


@pytest.mark.parametrize(
    ("fails", "order"), [(False, ["get", "finish"]), (True, ["get", "error", "finish"])]
)
def test_on_finish_runs_last_in_every_case(
    fails: bool, order: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    """After success and after exceptions."""
    seen: list[str] = []

    class Tidy(MessageHandler):
        def get(self) -> Any:
            seen.append("get")
            if fails:
                raise RuntimeError("no")
            return self.render()

        def error(self, err: Exception) -> Any:
            seen.append("error")
            return super().error(err)

        def on_finish(self) -> None:
            seen.append("finish")

    handler_for(Tidy)()
    assert seen == order
    assert bool(caplog.records) is fails


def test_a_failing_on_finish_does_not_cost_the_answer(caplog: pytest.LogCaptureFixture) -> None:
    """The failure is logged; the client gets what was made."""

    class Untidy(Greeting):
        def on_finish(self) -> None:
            raise RuntimeError("too late")

    assert answer(Untidy)["name"] == "dude"
    assert "too late" in caplog.text


def test_http_errors_become_their_status_and_detail() -> None:
    """HTTPError raised anywhere is an answer, not a defect."""

    class Guarded(MessageHandler):
        def get(self) -> Any:
            raise Forbidden("Not today.")

    assert answer(Guarded) == {"status_code": 403, "status_msg": "403", "detail": "Not today."}


def test_http_errors_without_detail_add_nothing() -> None:
    """An empty detail is left out of the document."""

    class Guarded(MessageHandler):
        def get(self) -> Any:
            raise Forbidden("")

    assert answer(Guarded) == {"status_code": 403, "status_msg": "403"}


# -- payload and status ------------------------------------------------------------------------


def test_status_texts_come_from_the_table() -> None:
    """Unknown codes show as their number, extra text is appended."""
    handler = handler_for(MessageHandler)
    handler.set_status(-3, extra_txt="nope")
    assert handler.status_msg == "Not found - nope"
    handler.set_status(299)
    assert handler.status_msg == "299"
    handler.set_status(0, "Fine")
    assert (handler.status_code, handler.status_msg) == (0, "Fine")


def test_status_and_timestamp_live_in_the_payload() -> None:
    """Under the names of the class attributes."""
    handler = handler_for(MessageHandler)
    handler.set_timestamp(1234)
    assert handler._payload == {"status_code": -1, "status_msg": "Bad request", "timestamp": 1234}
    assert handler.timestamp == handler.current_time == 1234


def test_clear_payload_keeps_the_code_and_resets_the_message() -> None:
    """The payload is emptied, initialize() runs again, the time is still known (fix 15)."""
    initialized: list[int] = []

    class Counting(MessageHandler):
        def initialize(self) -> None:
            initialized.append(1)

    handler = handler_for(Counting)
    handler.set_status(0, "Custom")
    handler.add_to_payload("key", "value")
    before = handler.timestamp
    handler.clear_payload()
    assert handler._payload == {"status_code": 0, "status_msg": "OK"}
    assert handler.current_time == before
    assert len(initialized) == 2


def test_db_conn_is_that_of_the_application() -> None:
    """A shortcut that programs use everywhere."""
    connection = object()
    handler = MessageHandler(make_application(db_conn=connection), make_request())
    assert handler.db_conn is connection


def test_the_base_status_table() -> None:
    """Codes and texts of contract 4.4."""
    assert MessageHandler._response_codes == {
        0: "OK",
        -1: "Bad request",
        -2: "Authentication failed",
        -3: "Not found",
        -4: "Method not allowed",
        -5: "Server error",
    }
    codes = (
        MessageHandler._DEFAULT_STATUS,
        MessageHandler._SUCCESS_CODE,
        MessageHandler._AUTH_FAILURE,
        MessageHandler._SERVER_ERROR,
    )
    assert codes == (-1, 0, -2, -5)


# -- rendering ---------------------------------------------------------------------------------


def test_render_gives_json_text_with_the_timestamp_last() -> None:
    """Status code, status message, added keys, timestamp; no blanks."""
    handler = handler_for(MessageHandler)
    handler.set_timestamp(5)
    handler.add_to_payload("key", "value")
    assert handler.render(0) == '{"status_code":0,"status_msg":"OK","key":"value","timestamp":5}'


def test_a_status_of_zero_counts() -> None:
    """render(status_code=0) was ignored because 0 is false (fix 16)."""
    handler = handler_for(MessageHandler)
    assert json.loads(handler.render(status_code=0))["status_code"] == 0


def test_render_replaces_a_custom_message() -> None:
    """A status given to render() brings the text of the table."""
    handler = handler_for(MessageHandler)
    handler.set_status(0, "Custom")
    assert json.loads(handler.render(0))["status_msg"] == "OK"


def test_hide_status_leaves_only_the_data() -> None:
    """With a payload key `data` the rest is dropped."""
    handler = handler_for(MessageHandler)
    handler.add_to_payload("data", [1])
    assert handler.render(hide_status=True) == "[1]"


def test_render_error_runs_the_error_handler_and_finishes() -> None:
    """The hook comes after the payload is cleared, so what it adds is sent."""
    handler = handler_for(MessageHandler)
    handler.add_to_payload("lost", 1)
    hook = lambda: handler.add_to_payload("kept", 1)  # noqa: E731 - shorter than a function here
    assert json.loads(handler.render_error(-3, error_handler=hook)) == {
        "status_code": -3,
        "status_msg": "Not found",
        "kept": 1,
    }
    assert handler._finished is True


# -- how classes combine -----------------------------------------------------------------------


def test_a_parent_may_be_named_before_its_child() -> None:
    """Python refuses that order; here the child wins and nothing is lost (fix 14)."""

    class Child(Greeting):
        pass

    class Plain:
        pass

    class Both(Greeting, Plain, Child):
        pass

    assert Both.__mro__[:4] == (Both, Plain, Child, Greeting)


def test_other_bad_orders_are_still_refused() -> None:
    """The same base twice is a mistake, not a style."""
    with pytest.raises(TypeError, match="duplicate base"):
        type(Greeting)("Twice", (Greeting, Greeting), {})
