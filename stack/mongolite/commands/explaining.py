"""The command `explain`: how a read would find its documents, and how many it looks at."""

from collections.abc import Callable

from mongolite.commands.reading import Search, ordered, search
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
    first: Document = next(iter(body.get("pipeline") or []), {})
    return first.get("$match") or {}


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
    reply: Document = {"queryPlanner": _planner(asked, query, found)}
    if request.body.get("verbosity", "allPlansExecution") != "queryPlanner":
        reply["executionStats"] = _statistics(asked, found)
    return reply | {"command": inner, "serverInfo": {"version": VERSION}}


def _planner(request: Request, query: Document, found: Search) -> Document:
    plan = found.selection.plan
    winning: Document = {"stage": plan.stage}
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


def _statistics(request: Request, found: Search) -> Document:
    examined = found.selection.examined
    within = ordered(found, request) if request.name == "find" else found.documents()
    returned = sum(1 for _ in within)
    return {
        "executionSuccess": True,
        "nReturned": returned,
        "totalDocsExamined": examined,
        "totalKeysExamined": examined if found.selection.plan.indexes else 0,
    }
