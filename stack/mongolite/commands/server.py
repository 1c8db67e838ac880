"""Commands about the server itself: greetings, versions, sessions, statistics."""

import os
import platform
import time

from mongolite.commands.databases import existing
from mongolite.commands.registry import Context, command, names
from mongolite.commands.request import Request
from mongolite.errors import WAY_OUT, MongoError
from mongolite.instants import now
from mongolite.values import Document, order_key
from mongolite.wire import MAX_DOCUMENT, MAX_MESSAGE

VERSION = "8.0.0"
WIRE_VERSION = 25  # MongoDB 8.0
MOST_STATEMENTS = 100_000
SESSION_MINUTES = 30


@command("hello", "isMaster", "ismaster", fields="*")
def hello(_context: Context, request: Request) -> Document:
    """Introduce the server: a standalone one that can be written to."""
    primary = "isWritablePrimary" if request.name == "hello" else "ismaster"
    return {
        "helloOk": True,
        primary: True,
        "maxBsonObjectSize": MAX_DOCUMENT,
        "maxMessageSizeBytes": MAX_MESSAGE,
        "maxWriteBatchSize": MOST_STATEMENTS,
        "localTime": now(),
        "logicalSessionTimeoutMinutes": SESSION_MINUTES,
        "connectionId": request.connection,
        "minWireVersion": 0,
        "maxWireVersion": WIRE_VERSION,
        "readOnly": False,
    }


@command("ping")
def ping(_context: Context, _request: Request) -> Document:
    """Answer."""
    return {}


@command("buildInfo", "buildinfo")
def build_info(_context: Context, _request: Request) -> Document:
    """Return the version of MongoDB whose behaviour this server follows."""
    return {
        "version": VERSION,
        "versionArray": [*map(int, VERSION.split(".")), 0],
        "gitVersion": "mongolite",
        "modules": ["mongolite"],
        "bits": 64,
        "debug": False,
        "maxBsonObjectSize": MAX_DOCUMENT,
        "storageEngines": ["mongolite"],
    }


@command("listCommands")
def list_commands(_context: Context, _request: Request) -> Document:
    """Return the names of all commands."""
    return {"commands": {name: {"help": ""} for name in names()}}


@command("connectionStatus", fields="showPrivileges")
def connection_status(_context: Context, _request: Request) -> Document:
    """Return that nobody is logged in: there are no accounts here."""
    return {"authInfo": {"authenticatedUsers": [], "authenticatedUserRoles": []}}


@command("whatsmyuri")
def whats_my_uri(_context: Context, _request: Request) -> Document:
    """Return where the client is."""
    return {"you": "127.0.0.1"}


@command("serverStatus", fields="repl metrics locks wiredTiger")
def server_status(context: Context, _request: Request) -> Document:
    """Return what the server can say about itself."""
    uptime = time.time() - context.started
    return {
        "host": platform.node(),
        "version": VERSION,
        "process": "mongolite",
        "pid": os.getpid(),
        "uptime": uptime,
        "uptimeMillis": int(uptime * 1000),
        "localTime": now(),
        "connections": {"current": context.connections()},
        "metrics": {"cursor": {"open": {"total": len(context.cursors)}}},
    }


@command("dbStats", "dbstats", fields="scale freeStorage")
def database_stats(context: Context, request: Request) -> Document:
    """Return how much a database holds."""
    collections = list(context.catalog.database(request.database).collections.values())
    size = sum(one.size() for one in collections)
    return {
        "db": request.database,
        "collections": len(collections),
        "objects": sum(len(one.documents) for one in collections),
        "dataSize": size,
        "storageSize": size,
        "indexes": sum(len(one.indexes) for one in collections),
    }


@command("collStats", "collstats", fields="scale")
def collection_stats(context: Context, request: Request) -> Document:
    """Return how much a collection holds."""
    collection = existing(context, request)
    size, count = collection.size(), len(collection.documents)
    return {
        "ns": collection.namespace,
        "size": size,
        "count": count,
        "avgObjSize": size // count if count else 0,
        "storageSize": size,
        "nindexes": len(collection.indexes),
        "capped": False,
    }


@command("startSession")
def start_session(_context: Context, request: Request) -> Document:
    """Accept the client's session."""
    return {"id": request.document("lsid"), "timeoutMinutes": SESSION_MINUTES}


@command("endSessions", "killSessions")
def end_sessions(context: Context, request: Request) -> Document:
    """Forget the cursors of sessions."""
    context.cursors.end_sessions({order_key(one) for one in request.array(request.name)})
    return {}


@command("refreshSessions")
def refresh_sessions(_context: Context, _request: Request) -> Document:
    """Accept: sessions do not expire here."""
    return {}


@command("saslStart", "saslContinue", "authenticate", fields="mechanism payload options")
def authenticate(_context: Context, _request: Request) -> Document:
    """Refuse: there are no accounts here."""
    raise MongoError(18, f"there are no accounts here: leave user and password out. {WAY_OUT}")
