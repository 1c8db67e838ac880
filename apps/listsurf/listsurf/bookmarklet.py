"""The bookmarklet: a bookmark that brings the page one is reading to the form for a new link.

Notice that it knows the address of this very site, because the request that shows it came there;
the application answers to its own host names only, so nobody can plant another one. The port is
checked here: the client may write anything behind the colon, and this becomes a program.
"""

import json
import re
from urllib.parse import quote

from brubeck.request import Request

URL_SIGNS = "!'()*;/?:@&=+$,#"  # what an address may hold as it is (RFC 3986, 2.2)
PROGRAM = (
    "location.href={form}+'?u='+encodeURIComponent(location.href)"
    "+'&t='+encodeURIComponent(document.title)"
)


def bookmarklet(request: Request) -> str:
    """Return the bookmarklet as the address that a link can have."""
    port = re.search(r":[0-9]{1,5}$", request.header("host", ""))
    site = f"{request.scheme}://{request.host}{port[0] if port else ''}"
    program = PROGRAM.format(form=json.dumps(f"{site}/add_item"))
    return f"javascript:void({quote(program, safe=URL_SIGNS)})"
