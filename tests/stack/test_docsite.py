"""Code that pages show: found by its name, refused with a reason when it is gone."""

from pathlib import Path

import pytest
from docsite.included import Inclusion, block, definition, included
from docsite.sources import SourceLinks, line_of, source_pages

SOURCE = '''LIMIT = 3
"""How many."""

@decorated
def first(a):
    """Do it."""
    return a


class Box:
    size: int = 1

    @property
    def content(self):
        return [

            self.size,
        ]
'''


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Give a repository with one page, one module and one template."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "app.py").write_text(SOURCE)
    (tmp_path / "page.html").write_text("{% block a %}<p>A</p>{% endblock %}<p>rest</p>")
    return tmp_path


def test_a_function_is_shown_with_its_decorators() -> None:
    """What stands above a function belongs to it."""
    assert definition(SOURCE, "first").splitlines()[0] == "@decorated"
    assert definition(SOURCE, "first").splitlines()[-1] == "    return a"


def test_a_method_is_shown_without_the_class_around_it() -> None:
    """A part of a class begins at the left, and keeps its empty lines."""
    assert definition(SOURCE, "Box.content") == (
        "@property\ndef content(self):\n    return [\n\n        self.size,\n    ]"
    )


@pytest.mark.parametrize(("name", "code"), [("LIMIT", "LIMIT = 3"), ("Box.size", "size: int = 1")])
def test_an_assignment_is_shown(name: str, code: str) -> None:
    """Tables and settings have names, too."""
    assert definition(SOURCE, name) == code


@pytest.mark.parametrize("name", ["second", "Box.lid", "first.a"])
def test_a_name_that_is_gone_is_an_error(name: str) -> None:
    """A page cannot show code that was renamed: the build says which page has to follow."""
    with pytest.raises(LookupError, match="The page has to follow"):
        definition(SOURCE, name)


def test_a_block_of_a_template_is_shown() -> None:
    """From its first to its last tag."""
    template = "{% macro field(a) -%}<i>{{ a }}</i>{%- endmacro %}{% block b %}{% endblock %}"
    assert block(template, "field") == "{% macro field(a) -%}<i>{{ a }}</i>{%- endmacro %}"
    for wrong in ("fiel", "c"):
        with pytest.raises(LookupError):
            block(template, wrong)


def test_a_paragraph_that_is_a_link_becomes_the_code(repository: Path) -> None:
    """Whole files, parts of modules and of templates; links in sentences stay links."""
    text = "[`app:first`](../app.py)\n\nSee [`app`](../app.py).\n\n[`page.html:a`](../page.html)\n"
    shown = included(text, repository / "docs" / "a.md")
    assert "````python\n@decorated\ndef first(a):" in shown
    assert "See [`app`](../app.py)." in shown
    assert "````html+jinja\n{% block a %}<p>A</p>{% endblock %}\n````" in shown


def test_a_file_that_is_gone_is_an_error(repository: Path) -> None:
    """The error names the page and the file."""
    with pytest.raises(LookupError, match=r"a\.md shows \.\./gone\.py"):
        Inclusion("gone:x", "../gone.py").code(repository / "docs" / "a.md")


def test_links_to_code_lead_to_the_line_that_has_it(repository: Path) -> None:
    """A file beside the pages gets a page of its own, and code in a link finds its line."""
    docs = repository / "docs"
    page = docs / "a.md"
    page.write_text("[`return a`](../app.py) [folder](..) [web](http://example.org/) [b](b.md)")
    led = SourceLinks(docs, repository).led_into_the_site(page.read_text(), page)
    assert led == (
        "[`return a`](source/app.py.html#L-7) folder [web](http://example.org/) [b](b.md)"
    )
    shown = source_pages(docs, repository)["source/app.py.html"]
    assert 'id="L-7"' in shown
    assert 'href="../index.html"' in shown
    assert line_of("no such code", repository / "app.py") is None
