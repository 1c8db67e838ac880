"""What MkDocs calls while it builds the site; `mkdocs.yml` names this file."""

import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

sys.path.insert(0, str(Path(__file__).parents[1]))  # MkDocs loads this file by its path

from docsite.included import included
from docsite.reference import reference_pages
from docsite.sources import SourceLinks, source_pages

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the reference, and a page for every file of the repository that a page links to."""
    for name, text in {**reference_pages(ROOT / "framework"), **source_pages(DOCS, ROOT)}.items():
        files.append(File.generated(config, name, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Put in the code that the page names, and lead its links into the site."""
    path = page.file.abs_src_path
    if path is None:  # made by on_files
        return markdown
    return SourceLinks(DOCS, ROOT).led_into_the_site(included(markdown, Path(path)), Path(path))
