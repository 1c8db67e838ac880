"""The links of the user `demo`: public pages worth reading, the last one on top of the list."""

from typing import NamedTuple


class DemoLink(NamedTuple):
    """A page, what it is called, its tags with blanks between them, and what to remember about it."""

    url: str
    title: str
    tags: str = ""
    notes: str = ""
    is_public: bool = False


LINKS = [
    DemoLink(
        "https://www.w3.org/TR/WCAG22/",
        "Web Content Accessibility Guidelines (WCAG) 2.2",
        "web reading",
    ),
    DemoLink(
        "https://www.rfc-editor.org/rfc/rfc1149",
        "RFC 1149: IP Datagrams on Avian Carriers",
        "web fun",
        "Read **RFC 2549** as well: it adds quality of service.",
        is_public=True,
    ),
    DemoLink(
        "https://www.metmuseum.org/art/collection",
        "The Met Collection: half a million works of art",
        "art museums",
        is_public=True,
    ),
    DemoLink(
        "https://www.gutenberg.org/ebooks/2701",
        "Moby Dick; Or, The Whale, by Herman Melville",
        "books sea",
    ),
    DemoLink(
        "https://spaceplace.nasa.gov/tides/en/",
        "What causes tides? | NASA Space Place",
        "sea science",
    ),
    DemoLink(
        "https://www.mongodb.com/docs/manual/indexes/",
        "Indexes - MongoDB Manual",
        "databases",
    ),
    DemoLink(
        "https://sqlite.org/whentouse.html",
        "Appropriate Uses For SQLite",
        "databases",
        "The honest page about its own limits.",
    ),
    DemoLink(
        "https://peps.python.org/pep-0020/",
        "PEP 20: The Zen of Python",
        "python",
    ),
    DemoLink(
        "https://docs.python.org/3/tutorial/",
        "The Python Tutorial",
        "python",
    ),
    DemoLink(
        "https://www.rijksmuseum.nl/nl/rijksstudio",
        "Rijksstudio: maak je eigen museum",
        "art museums nederlands",
    ),
    DemoLink(
        "https://www.britishmuseum.org/collection/object/Y_EA24",
        "The Rosetta Stone | British Museum",
        "museums history",
    ),
    DemoLink(
        "https://www.louvre.fr/en/explore/the-palace",
        "From palace to museum: 800 years of the Louvre",
        "art museums",
    ),
    DemoLink(
        "https://oceanservice.noaa.gov/facts/wavesinocean.html",
        "Why does the ocean have waves?",
        "sea science",
    ),
    DemoLink(
        "https://www.ndbc.noaa.gov/",
        "National Data Buoy Center: every buoy's waves, this hour",
        "sea weather",
        is_public=True,
    ),
    DemoLink(
        "https://en.wikipedia.org/wiki/Take_Five",
        "Take Five - Wikipedia",
        "music jazz",
        "In 5/4 time. Paul Desmond wrote it; hear it on *Time Out* (1959).",
        is_public=True,
    ),
    DemoLink(
        "https://en.wikipedia.org/wiki/Dave_Brubeck",
        "Dave Brubeck - Wikipedia",
        "music jazz",
    ),
    DemoLink(
        "https://www.gevent.org/",
        "gevent: coroutines that read like plain code",
        "python web",
    ),
    DemoLink(
        "https://zguide.zeromq.org/",
        "ØMQ - The Guide",
        "reading web",
    ),
    DemoLink(
        "https://mongrel2.org/",
        "Mongrel2: the language-agnostic web server",
        "web",
    ),
    DemoLink(
        "https://jinja.palletsprojects.com/en/stable/templates/",
        "Template Designer Documentation",
        "python web",
    ),
    DemoLink(
        "https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/Cookies",
        "Using HTTP cookies | MDN",
        "web",
    ),
    DemoLink(
        "https://owasp.org/www-community/attacks/csrf",
        "Cross Site Request Forgery | OWASP",
        "web security",
    ),
    DemoLink(
        "https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html",
        "",
        "web security",
    ),
    DemoLink(
        "https://www.rfc-editor.org/rfc/rfc6265",
        "RFC 6265: HTTP State Management Mechanism",
        "web",
    ),
    DemoLink(
        "https://www.rfc-editor.org/rfc/rfc9110",
        "RFC 9110: HTTP Semantics",
        "web",
    ),
    DemoLink(
        "https://info.cern.ch/hypertext/WWW/TheProject.html",
        "The World Wide Web project (1991)",
        "web history",
        is_public=True,
    ),
    DemoLink(
        "https://apod.nasa.gov/apod/astropix.html",
        "Astronomy Picture of the Day",
        "space pictures",
        is_public=True,
    ),
    DemoLink(
        "https://webbtelescope.org/images",
        "Images from the James Webb Space Telescope",
        "space pictures",
    ),
    DemoLink(
        "https://www.nhm.ac.uk/discover/dino-directory.html",
        "Dino Directory | Natural History Museum",
        "museums science",
    ),
    DemoLink(
        "https://www.deutsches-museum.de/museum/ausstellungen",
        "Dauerausstellungen im Deutschen Museum",
        "museums deutsch",
    ),
    DemoLink(
        "https://arxiv.org/list/astro-ph/new",
        "arXiv: new papers in astrophysics",
        "space science",
    ),
    DemoLink(
        "https://oeis.org/A000045",
        "A000045: Fibonacci numbers - OEIS",
        "mathematics",
        is_public=True,
    ),
    DemoLink(
        "https://www.nature.com/articles/171737a0",
        "Molecular Structure of Nucleic Acids (1953)",
        "science history",
    ),
    DemoLink(
        "https://archive.org/web/",
        "Wayback Machine: the web as it was",
        "web history",
    ),
    DemoLink(
        "https://www.openstreetmap.org/#map=14/21.66/-158.05",
        "Pipeline, O'ahu | OpenStreetMap",
        "sea maps",
        "Where the wave breaks:\n\n- best in winter\n- for experts only",
    ),
]
