"""The table of promises in docs/testing.md: complete, and true to the reports."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import promises
import pytest

REPORT = """<testsuites><testsuite>
<testcase classname="tests.framework.test_wire" name="test_all[a.b]"/>
<testcase classname="tests.framework.test_wire" name="test_all[c[d]]"><failure/></testcase>
<testcase classname="tests.framework.test_wire.TestIt" name="test_one"><skipped message="no tc"/></testcase>
<testcase classname="tests.framework.test_wire" name="test_two"><skipped/></testcase>
<testcase classname="tests.framework.test_wire" name="test_three"><error/></testcase>
<testcase classname="tests.test_house" name="test_four"/>
</testsuite></testsuites>"""
TESTS = '''"""About wires."""
def test_a():
    """First | <b> and `a|b*`.

    More."""
def helper():
    """No promise."""
class TestIt:
    def test_b(self):
        """Second,
        in two lines."""
class Other:
    def test_c(self):
        """Not collected."""
'''


def test_the_table_lists_what_the_tests_promise() -> None:
    """Nothing is missing, nothing is left over. What a red run asks for: make promises."""
    listed = promises.listed(promises.PAGE.read_text())
    wanted = promises.listed(promises.filled("", promises.table(promises.promises(), {})))
    assert listed - wanted == Counter(), "these rows have no test. Renew them with: make promises"
    assert wanted - listed == Counter(), "these tests have no row. Write them with: make promises"
    assert listed.total() == len(promises.promises())


def test_nothing_is_skipped_without_a_reason() -> None:
    """Whoever leaves a test out says why, and the table shows it."""
    mute = [
        f"{path.relative_to(promises.ROOT)}:{call.lineno}"
        for path in promises.TESTS.rglob("*.py")
        for call in skips_of(ast.parse(path.read_text()))
        if not has_reason(call)
    ]
    assert mute == []
    assert "no reason given" not in promises.region(promises.PAGE.read_text())


def skips_of(tree: ast.Module) -> Iterator[ast.expr]:
    """Yield what leaves a test out: pytest.skip, and the marks, with or without arguments."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        name = node.func if isinstance(node, ast.Call) else node
        if id(node) not in called and isinstance(name, ast.Attribute) and is_skip(name):
            assert isinstance(node, ast.expr)
            yield node


def is_skip(name: ast.Attribute) -> bool:
    """Say whether a name is one of pytest's that leave a test out."""
    return bool(
        re.fullmatch(r"pytest\.(mark\.)?(skip|skipif|xfail|importorskip)", ast.unparse(name))
    )


def has_reason(skip: ast.expr) -> bool:
    """Say whether a test that is left out says why: in `reason`, or alone in parentheses."""
    if not isinstance(skip, ast.Call):
        return False
    named = any(keyword.arg == "reason" for keyword in skip.keywords)
    plain = ast.unparse(skip.func).endswith((".skip", ".xfail")) and bool(skip.args)
    return named or plain


@pytest.mark.parametrize(
    ("line", "reasons"),
    [
        ("pytest.skip('why')", [True]),
        ("pytest.skip()", [False]),
        ("@pytest.mark.skip\ndef test(): pass", [False]),
        ("@pytest.mark.skipif(True, reason='why')\ndef test(): pass", [True]),
        ("@pytest.mark.skipif(True)\ndef test(): pass", [False]),
        ("mark = pytest.mark.xfail(reason='why')", [True]),
        ("robots.skip()", []),
    ],
)
def test_a_test_left_out_without_a_reason_is_noticed(line: str, reasons: list[bool]) -> None:
    """The check above can fail."""
    assert [has_reason(skip) for skip in skips_of(ast.parse(line))] == reasons


@pytest.fixture
def results(tmp_path: Path) -> promises.Results:
    """Give the results of the report above."""
    (tmp_path / "framework.xml").write_text(REPORT)
    return promises.results(tmp_path)


def test_results_are_counted_by_test(results: promises.Results) -> None:
    """The cases of a test are one row, whatever its arguments are called."""
    words = {place: str(result) for place, result in results.items()}
    assert words == {
        ("framework", "test_wire.py", "test_all"): "1 of 2 failed",
        ("framework", "test_wire.py", "TestIt.test_one"): "1 of 1 skipped: no tc",
        ("framework", "test_wire.py", "test_two"): "1 of 1 skipped: no reason given",
        ("framework", "test_wire.py", "test_three"): "1 of 1 failed",
        (".", "test_house.py", "test_four"): "passed",
    }


def test_a_promise_is_the_first_sentence_of_a_test(tmp_path: Path) -> None:
    """Functions and methods that pytest collects, in one line each."""
    (tmp_path / "test_wire.py").write_text(TESTS)
    assert promises.promises(tmp_path) == [
        promises.Promise(".", "test_wire.py", "test_a", "First | <b> and `a|b*`."),
        promises.Promise(".", "test_wire.py", "TestIt.test_b", "Second, in two lines."),
    ]


def test_rows_hold_any_text() -> None:
    """Bars and angle brackets of a promise end neither the cell nor the table."""
    promise = promises.Promise("x", "test_x.py", "test_a", "First | <b> and `a|b*`.")
    row = promises.row(promise, None)
    assert row == r"| First \| \<b> and `a\|b*`. | `test_a` |  | not run yet |"
    assert promises.listed(promises.filled("", row)).total() == 1


def test_a_table_takes_only_the_place_between_its_marks() -> None:
    """What people wrote around it stays as it is, and a second time changes nothing."""
    page = f"before\n{promises.START}\nold\n{promises.END}\nafter\n"
    once = promises.filled(page, "new")
    assert once == f"before\n{promises.START}\n\nnew\n{promises.END}\nafter\n"
    assert promises.filled(once, "new") == once


def test_what_has_a_command_of_its_own_names_it() -> None:
    """Who reads that a test did not run reads how to run it."""
    for file, command in (
        ("test_containers.py", "make test-compose"),
        ("test_swarm.py", "make test-swarm"),
    ):
        promise = promises.Promise("containers", file, "test_x", "It runs.")
        assert promises.row(promise, None).endswith(f"| not run: `{command}` does |")
