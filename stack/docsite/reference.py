"""The reference: a page for each package or module of the framework, made of its docstrings."""

from pathlib import Path

# Machinery that a program never names: the pages of these would be read by nobody.
_INSIDE = ("brubeck.cli", "brubeck.dispatching", "brubeck.__main__")


def modules(framework: Path) -> list[str]:
    """Return the dotted names of all documented modules below a directory of packages."""
    paths = sorted([*framework.glob("brubeck/**/*.py"), *framework.glob("dictshield/**/*.py")])
    names = [".".join(path.relative_to(framework).with_suffix("").parts) for path in paths]
    public = (name.removesuffix(".__init__") for name in names)
    return [name for name in public if not name.startswith(_INSIDE) and "._" not in name]


def reference_pages(framework: Path) -> dict[str, str]:
    """Return the pages by their names below docs/: one a module, and their list."""
    names = modules(framework)
    rows = "\n".join(f"- [`{name}`]({name}.md)" for name in names)
    index = f"# Reference\n\nWhat the docstrings say, by module.\n\n{rows}\n"
    pages = {f"reference/{name}.md": f"# `{name}`\n\n::: {name}\n" for name in names}
    return {"reference/index.md": index, **pages}
