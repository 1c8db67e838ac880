"""The page for an error that no handler has answered, in the look of the application."""

from brubeck.errorpages import Problem
from brubeck.request_handling import Brubeck
from brubeck.templating import render_template


def error_page(app: Brubeck, problem: Problem) -> str:
    """Return the page for a problem.

    Under another host name style sheets are refused as well: that page has to do without them.
    """
    if problem.status_code == 421:
        return problem.page()
    return render_template(
        app.template_env,
        "errors.html",
        error_code=problem.status_code,
        error_title=problem.title,
        error_detail=problem.detail,
        request_id=problem.request_id,
        static_url=app.static.url,
    )
