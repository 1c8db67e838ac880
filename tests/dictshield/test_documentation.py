"""The page docs/dictshield.md: every snippet is run, every name in its tables exists."""

import doctest
import re
from pathlib import Path

from dictshield import fields
from dictshield.fields import compound

PAGE = Path(__file__).parents[2] / "docs" / "dictshield.md"
SNIPPET = re.compile(r"^```(python|pycon)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_every_snippet_does_what_the_page_says() -> None:
    """From top to bottom, as a reader would type them."""
    names: dict[str, object] = {"__name__": "page"}
    runner = doctest.DocTestRunner(verbose=False)
    snippets = SNIPPET.findall(PAGE.read_text())
    for number, (kind, code) in enumerate(snippets):
        if kind == "python":
            exec(compile(code, f"snippet {number}", "exec"), names)  # noqa: S102 - our own page
        else:
            test = doctest.DocTestParser().get_doctest(code, names, f"snippet {number}", None, 0)
            runner.run(test, clear_globs=False)
            names.update(test.globs)
    assert len(snippets) > 10
    assert runner.tries > 20
    assert runner.failures == 0


def test_every_block_of_code_is_a_snippet() -> None:
    """Nothing on the page escapes the test above."""
    assert PAGE.read_text().count("```") == 2 * len(SNIPPET.findall(PAGE.read_text()))


def test_the_table_of_fields_is_complete() -> None:
    """Each field of the basic and compound modules is on the page."""
    listed = set(re.findall(r"`(\w+Field)`", PAGE.read_text()))
    everything = {*fields.base.__all__, *compound.__all__}
    concrete = {name for name in everything if name.endswith("Field")}
    assert concrete - listed == {"NumberField"}
