"""The command `explain`: how a read would find its documents, and how many it looks at."""

from collections.abc import Callable

from mongolite.commands.counting import counted, known_count
from mongolite.commands.reading import Search, ordered, search, searched
from mongolite.commands.registry import Context, command
from mongolite.commands.request import Request
from mongolite.commands.server import VERSION
from mongolite.errors import RefusedError
from mongolite.values import Document


def _find_query(body: Document) -> Document:
    return body.get("filter") or {}


def _query(body: Document) -> Document:
    return body.get("query") or {}


def _pipeline_query(body: Document) -> Document:
    return searched(body.get("pipeline") or [])[0]


def _update_query(body: Document) -> Document:
    return body["updates"][0].get("q") or {}


def _delete_query(body: Document) -> Document:
    return body["deletes"][0].get("q") or {}


_QUERIES: dict[str, Callable[[Document], Document]] = {
    "find": _find_query,
    "count": _query,
    "distinct": _query,
    "findAndModify": _query,
    "aggregate": _pipeline_query,
    "update": _update_query,
    "delete": _delete_query,
}


@command("explain", fields="verbosity")
def explain(context: Context, request: Request) -> Document:
    """Return the plan of a command, and what it costs unless only the plan is asked for."""
    inner = request.document("explain")
    name = next(iter(inner), "")
    if name not in _QUERIES:
        raise RefusedError(f"explaining {name!r}")
    asked = Request(name, inner | {"$db": request.database})
    query = _QUERIES[name](inner)
    found = search(context, asked, query)
    is_known = _is_known(context, asked, query)
    reply: Document = {"queryPlanner": _planner(asked, query, found, is_known=is_known)}
    if request.body.get("verbosity", "allPlansExecution") != "queryPlanner":
        reply["executionStats"] = _statistics(asked, found, is_known=is_known)
    return reply | {"command": inner, "serverInfo": {"version": VERSION}}


def _is_known(context: Context, request: Request, query: Document) -> bool:
    """Say whether the command only counts, and what it counts needs no look at documents."""
    if request.name == "aggregate":
        _, rest = searched(request.array("pipeline"))
        return counted(context, request, query, rest) is not None
    return request.name == "count" and known_count(context, request, query) is not None


def _planner(request: Request, query: Document, found: Search, *, is_known: bool) -> Document:
    plan = found.selection.plan
    winning: Document = {"stage": plan.stage}
    if is_known:
        winning = {"stage": "COUNT_SCAN" if plan.indexes else "RECORD_STORE_FAST_COUNT"}
    if plan.indexes:
        winning["indexName"] = plan.indexes[0]
    if len(plan.indexes) > 1:
        winning["indexNames"] = list(plan.indexes)
    if request.document("sort") and not found.selection.is_answer:
        winning = {"stage": "SORT", "inputStage": winning}
    return {
        "namespace": request.namespace,
        "parsedQuery": query,
        "winningPlan": winning,
        "rejectedPlans": [],
    }


def _statistics(request: Request, found: Search, *, is_known: bool) -> Document:
    examined = 0 if is_known else found.selection.examined
    within = ordered(found, request) if request.name == "find" else found.documents()
    returned = sum(1 for _ in within)
    return {
        "executionSuccess": True,
        "nReturned": returned,
        "totalDocsExamined": examined,
        "totalKeysExamined": examined if found.selection.plan.indexes else 0,
    }
