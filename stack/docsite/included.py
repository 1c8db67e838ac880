"""Code that pages show: named as `listsurf.handlers.links:SaveLink`, read when they are built.

A paragraph that is nothing but a link to a file is replaced by the code that its text names. On a
plain file host it stays what it is there: a link to the code.
"""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

_INCLUSION = re.compile(r"^\[`(?P<name>[^`\]]+)`\]\((?P<target>[^)#\s]+)\)$", re.MULTILINE)
_LANGUAGES = {
    ".py": "python",
    ".html": "html+jinja",
    ".mustache": "html+django",
    ".js": "javascript",
}


@dataclass(frozen=True)
class Inclusion:
    """One piece of code on a page: its name there, and the path of its file from the page."""

    name: str
    target: str

    def code(self, page: Path) -> str:
        """Return the code. Raises LookupError with what to mend if there is no such code."""
        path = (page.parent / self.target).resolve()
        if not path.is_file():
            raise LookupError(f"{page.name} shows {self.target}, which does not exist.")
        text = path.read_text(encoding="utf-8")
        part = self.name.partition(":")[2]
        if not part:
            return text
        return definition(text, part) if path.suffix == ".py" else block(text, part)


def inclusions(text: str) -> list[Inclusion]:
    """Return what a page shows of the code, in order."""
    return [Inclusion(found["name"], found["target"]) for found in _INCLUSION.finditer(text)]


def included(text: str, page: Path) -> str:
    """Return the text of a page with the code in it."""

    def shown(found: re.Match[str]) -> str:
        inclusion = Inclusion(found["name"], found["target"])
        language = _LANGUAGES.get(Path(inclusion.target).suffix, "text")
        code = inclusion.code(page).strip("\n")
        return f"````{language}\n{code}\n````\n\n{found[0]}"

    return _INCLUSION.sub(shown, text)


def definition(source: str, name: str) -> str:
    """Return a class, function or assignment of a module, `Class.method` for a part of a class."""
    body: list[ast.stmt] = ast.parse(source).body
    *outer, last = name.split(".")
    for part in outer:
        body = getattr(_named(body, part), "body", [])
    return _lines(source, _named(body, last))


def _named(body: list[ast.stmt], name: str) -> ast.stmt:
    for node in body:
        if name in _names(node):
            return node
    raise LookupError(f"There is no {name}. Was it renamed? The page has to follow.")


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.ClassDef | ast.FunctionDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _lines(source: str, node: ast.stmt) -> str:
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(one.lineno for one in decorators)])
    lines = source.splitlines()[first - 1 : node.end_lineno]
    return "\n".join(line[node.col_offset :] if line.strip() else "" for line in lines)


def block(template: str, name: str) -> str:
    """Return a block or macro of a Jinja2 template, with its first and last line."""
    start = re.search(rf"{{%-? *(block|macro) {re.escape(name)}\b", template)
    if start is None:
        raise LookupError(f"There is no block or macro {name}. Was it renamed?")
    end = re.compile(rf"{{%-? *end{start[1]}[^%]*%}}").search(template, start.end())
    if end is None:
        raise LookupError(f"The {start[1]} {name} has no end.")
    return template[start.start() : end.end()]
