"""pagefetch stands alone."""

import ast
from pathlib import Path

import pagefetch

ALLOWED = {
    "codecs",
    "collections",
    "contextlib",
    "dataclasses",
    "html",
    "http",
    "idna",
    "io",
    "ipaddress",
}
ALLOWED |= {"pagefetch", "re", "socket", "ssl", "time", "typing", "urllib"}


def test_it_imports_the_standard_library_and_itself() -> None:
    """No application, no framework, no coroutine library: every program may use it."""
    for path in Path(pagefetch.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert {name.partition(".")[0] for name in names} <= ALLOWED, path.name
