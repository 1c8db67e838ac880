"""The bookmarklet: a bookmark that brings the page one is reading to the form for a new link.

Notice that it knows the address of this very site, because the request that shows it came there;
the application answers to its own host names only, so nobody can plant another one. The port is
checked here: the client may write anything behind the colon, and this becomes a program. The form
opens in a small window, which closes itself when the link is saved; where no window may be opened,
the form comes in the place of the page.
"""

import json
import re
from urllib.parse import quote

from brubeck.request import Request

URL_SIGNS = "!'()*;/?:@&=+$,#"  # what an address may hold as it is (RFC 3986, 2.2)
PROGRAM = (
    "(function(d,a){{a+='?u='+encodeURIComponent(location.href)"
    "+'&t='+encodeURIComponent(d.title);"
    "open(a+'&window=1','_blank','popup,width=560,height=640')||(location.href=a)"
    "}})(document,{form})"
)


def site_of(request: Request) -> str:
    """Return the address of this site as the client knows it, without a slash at the end."""
    port = re.search(r":[0-9]{1,5}$", request.header("host", ""))
    return f"{request.scheme}://{request.host}{port[0] if port else ''}"


def bookmarklet(request: Request) -> str:
    """Return the bookmarklet as the address that a link can have."""
    program = PROGRAM.format(form=json.dumps(f"{site_of(request)}/add_item"))
    return f"javascript:void({quote(program, safe=URL_SIGNS)})"
