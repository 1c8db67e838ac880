"""Write the tables and the chart of the last run into the documents: `python -m bench.publish`.

Tables stand between `<!-- bench NAME -->` and `<!-- end of bench NAME -->`.
"""

import re
import sys
from pathlib import Path

from bench import chart, table
from bench.results import FILE, Results

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "docs" / "performance.md", ROOT / "README.md"]
PICTURE = ROOT / "docs" / "images" / "performance.svg"


def texts(results: Results) -> dict[str, str]:
    """Return what may stand between markers, by name."""
    subjects = {name: table.of_subject(results, name) for name in table.COLUMNS}
    parts = {"about": table.about, "goals": table.of_goals, "summary": table.summary}
    return subjects | {name: part(results) for name, part in parts.items()}


def filled(document: str, texts: dict[str, str]) -> str:
    """Return a document with new text between its markers; other text stays as it is."""
    for name, text in texts.items():
        start, end = f"<!-- bench {name} -->", f"<!-- end of bench {name} -->"
        new = f"{start}\n\n{text}\n{end}"
        document = re.sub(f"{start}.*?{end}", lambda _, new=new: new, document, flags=re.DOTALL)
    return document


def main() -> None:
    """Publish the last run."""
    if not FILE.exists():
        raise SystemExit(f"There is no {FILE.relative_to(ROOT)} yet. Make it with: make bench")
    results = Results.load()
    for path in DOCUMENTS:
        path.write_text(filled(path.read_text(), texts(results)))
    PICTURE.write_text(chart.svg(results))
    written = ", ".join(str(path.relative_to(ROOT)) for path in [*DOCUMENTS, PICTURE])
    sys.stdout.write(f"Written: {written}\n")


if __name__ == "__main__":
    main()
