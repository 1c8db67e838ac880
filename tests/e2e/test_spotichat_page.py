"""SpotiChat's page: drafts, unread messages, keys, mentions, muting, order, and nothing that runs."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

import pytest
from e2e.spotichatfixtures import People, addresses, people
from e2e.spotichatpeople import PATIENCE, SONG, new_song
from e2e.spotichatserver import OPERATOR_KEY
from playwright.sync_api import Browser, Locator, expect

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

CANARIES = [
    "<script>document.title = 'hacked'</script>",
    "<img src=x onerror=\"document.title = 'hacked'\">",
    "javascript:document.title='hacked'",
    "https://example.org/\"onmouseover=\"document.title='hacked'",
    "http://example.org/'><svg onload=document.title='hacked'>",
    "[x](javascript:document.title='hacked')",
    "data:text/html,<script>document.title='hacked'</script>",
    "{{ 7 * 7 }} ${7 * 7} <%= 7 * 7 %>",
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sequence[str]]:
    """Give the addresses of a site of two processes."""
    with addresses(tmp_path_factory.mktemp("spotichat"), SPOTICHAT_POINTS="10000") as sites:
        yield sites


@pytest.fixture
def listener(browser: Browser, server: Sequence[str]) -> Iterator[People]:
    """Give a function that returns a person at one of the processes."""
    with people(browser, server) as opener:
        yield opener


# -- nothing that somebody types runs --------------------------------------------------------------


def test_nothing_that_is_said_becomes_a_program(listener: People) -> None:
    """Every canary is shown as it was typed, in the page that was open and in one that comes later."""
    song, ada, bo = new_song(), listener("Ada", 0), listener("Bo", 1)
    ada.enters(song)
    bo.enters(song)
    for canary in CANARIES:
        ada.says(canary)
    bo.reads(CANARIES[-1])
    expect(bo.page.locator(".line:not(.line-system) .text")).to_have_count(len(CANARIES))
    late = listener("Late", 0)
    late.enters(song)
    for person in (ada, bo, late):
        assert person.has_read() == CANARIES
        assert person.page.locator("#lines :is(script, img, svg, iframe)").count() == 0
        assert "hacked" not in person.page.title()
        schemes = {
            urlsplit(link.get_attribute("href") or "").scheme
            for link in person.page.locator("#lines a").all()
        }
        assert schemes <= {"http", "https"}


def test_a_name_is_no_program_either(listener: People) -> None:
    """A nickname full of signs of HTML is a nickname."""
    song, ada = new_song(), listener("<b id=x>&quot;")
    ada.enters(song)
    ada.says("hello")
    expect(ada.page.locator(".who bdi")).to_have_text(ada.name)
    expect(ada.page.locator("#people bdi")).to_have_text(ada.name)


def test_links_are_clickable_and_safe(listener: People) -> None:
    """Only the address is the link; the other site learns nothing of the room."""
    ada = listener("Cleo")
    ada.enters(new_song())
    ada.says(
        "Look (https://example.org/a_(b)?q=1#x), please. HTTP://EXAMPLE.ORG/UP and ftp://x.org"
    )
    ada.reads("Look")
    links = ada.page.locator("#lines a")
    expect(links).to_have_count(2)
    expect(links.first).to_have_text("https://example.org/a_(b)?q=1#x")
    expect(links.first).to_have_attribute("rel", "noopener noreferrer nofollow ugc")
    expect(links.first).to_have_attribute("target", "_blank")


def test_no_other_host_is_asked_for_anything(listener: People) -> None:
    """The policy lets pages load their own files alone."""
    ada, asked = listener("Dora"), set()
    ada.page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    ada.page.goto(ada.site + "/")
    ada.enters(new_song())
    ada.says("hello")
    ada.reads("hello")
    assert asked == {urlsplit(ada.site).netloc}


# -- writing ---------------------------------------------------------------------------------------


def test_keys_do_what_the_page_says(listener: People) -> None:
    """Enter sends, Shift and Enter break the line, Escape leaves, a slash comes back."""
    ada = listener("Emil")
    ada.enters(new_song())
    ada.field.press_sequentially("one")
    ada.field.press("Shift+Enter")
    ada.field.press_sequentially("two")
    ada.field.press("Enter")
    ada.reads("one")
    assert ada.has_read() == ["one\ntwo"]
    expect(ada.field).to_have_value("")
    ada.field.press("Escape")
    expect(ada.field).not_to_be_focused()
    ada.page.keyboard.press("/")
    expect(ada.field).to_be_focused()
    expect(ada.field).to_have_value("")
    ada.field.press("Enter")
    ada.says("   ")
    assert ada.has_read() == ["one\ntwo"]


def test_a_draft_survives_a_reload(listener: People) -> None:
    """Each room keeps its own."""
    song, other, ada = new_song(), new_song(), listener("Finn")
    ada.enters(song)
    ada.field.press_sequentially("not finished y")
    ada.page.reload()
    ada.is_online()
    expect(ada.field).to_have_value("not finished y")
    ada.enters(other)
    expect(ada.field).to_have_value("")
    ada.enters(song)
    ada.field.press("Enter")
    ada.reads("not finished y")
    ada.page.reload()
    ada.is_online()
    expect(ada.field).to_have_value("")


def test_what_was_sent_without_a_network_survives_a_reload(listener: People) -> None:
    """The reload happens before the message has gone; it is said, once."""
    song, ada, bo = new_song(), listener("Greta", 0), listener("Hugo", 1)
    ada.enters(song)
    bo.enters(song)
    ada.page.route("**/messages", lambda route: route.abort())
    ada.says("on its way")
    expect(ada.page.get_by_text("Waits for the connection")).to_be_visible()
    ada.page.unroute("**/messages")
    ada.page.reload()
    bo.reads("on its way")
    ada.is_online()
    ada.reads("on its way")
    assert bo.has_read() == ada.has_read() == ["on its way"]


def test_a_message_that_is_too_long_comes_back(listener: People) -> None:
    """The server's word counts, whatever the field lets through; the text is not lost."""
    ada = listener("Ivo")
    ada.enters(new_song())
    ada.page.evaluate("document.getElementById('text').removeAttribute('maxlength')")
    ada.says("x" * 5_000)
    expect(ada.page.locator(".is-refused .state")).to_contain_text("Not sent")
    expect(ada.field).to_have_value("x" * 5_000)


def test_five_hundred_characters_are_counted_as_people_count(listener: People) -> None:
    """Whatever alphabet; the page says how many are left, and sends what the server takes."""
    song, ada, bo = new_song(), listener("Ines", 0), listener("Jörg", 1)
    ada.enters(song)
    bo.enters(song)
    left = ada.page.locator("#left")
    for text in ("🎺" * 500, "مرحبا بالعالم " * 35 + "نهاية النص", "雨" * 499 + "傘"):
        expect(left).to_be_hidden()
        ada.field.fill(text + "x")
        expect(left).to_have_text(
            f"{abs(499 - len(text))} characters {'too many' if len(text) > 499 else 'left'}"
        )
        ada.field.fill(text)
        expect(left).to_have_text(f"{500 - len(text)} characters left")
        ada.field.press("Enter")
        bo.reads(text)
    arabic = bo.line("مرحبا").locator(".text")
    assert arabic.evaluate("text => getComputedStyle(text).direction") == "rtl"
    assert len(bo.has_read()) == 3


def test_a_second_click_takes_a_name_and_says_something_once(listener: People) -> None:
    """Neither finds its own name taken, nor is heard twice."""
    ada = listener("Kira")
    ada.page.goto(f"{ada.site}/t/{new_song()}")
    ada.page.get_by_label("Your nickname").fill(ada.name)
    ada.page.get_by_role("button", name="Join the room").dblclick()
    ada.is_online()
    ada.field.fill("once")
    ada.page.get_by_role("button", name="Send").dblclick()
    ada.reads("once")
    ada.says("and on")
    ada.reads("and on")
    assert ada.has_read() == ["once", "and on"]


def test_an_emoji_is_put_where_the_cursor_is(listener: People) -> None:
    """The picker works by keyboard; a message of emoji alone is large."""
    ada = listener("Juna")
    ada.enters(new_song())
    ada.page.get_by_role("button", name="Emoji").click()
    ada.page.get_by_role("button", name="trumpet").press("Enter")
    expect(ada.field).to_have_value("🎺")
    expect(ada.field).to_be_focused()
    ada.field.press("Enter")
    ada.reads("🎺")
    expect(ada.page.locator(".text.is-big")).to_have_text("🎺")


# -- reading ---------------------------------------------------------------------------------------


def test_unread_messages_are_counted_in_the_title_and_marked_by_a_line(listener: People) -> None:
    """Who looks away finds the number in the title and the line before the first new message."""
    song, ada, bo = new_song(), listener("Kai", 0), listener("Lea", 1)
    ada.enters(song)
    bo.enters(song)
    bo.says("seen")
    ada.reads("seen")
    ada.looks_away()
    bo.says("new one")
    bo.says("another new one")
    ada.reads("another new one")
    assert ada.page.title().startswith("(2) ")
    following = ada.page.locator("#unread + .line .text")
    expect(following).to_have_text("new one")
    ada.looks_back()
    expect(ada.page.locator("#unread")).to_be_visible()
    assert not ada.page.title().startswith("(")


def test_mentions_are_highlighted(listener: People) -> None:
    """My name behind an @ colours the line, in any spelling; others' names are marked."""
    song, ada, bo = new_song(), listener("Mara Ö", 0), listener("Nils", 1)
    ada.enters(song)
    bo.enters(song)
    any_spelling = f"@{ada.name.lower()}"
    bo.says(f"hello {any_spelling}, and @{bo.name}")
    bo.says(f"@{ada.name}x is somebody else, and a{any_spelling} is none")
    ada.reads("is somebody else")
    expect(ada.line("hello")).to_have_class("line is-mention")
    expect(ada.line("hello").locator(".at")).to_have_text([any_spelling, f"@{bo.name}"])
    expect(ada.line("somebody else").locator(".at")).to_have_count(0)


def test_mentioning_by_a_click(listener: People) -> None:
    """A name leads to what can be done about that person."""
    song, ada, bo = new_song(), listener("Olga", 0), listener("Paul", 1)
    ada.enters(song)
    bo.enters(song)
    ada.opens_person("Paul").get_by_role("button", name="Mention").click()
    expect(ada.field).to_have_value(f"@{bo.name} ")
    expect(ada.field).to_be_focused()


def test_muting_hides_somebody_here_and_keeps_to_it(listener: People) -> None:
    """Nobody else notices, a reload changes nothing, and it can be taken back."""
    song, ada, bo = new_song(), listener("Rita", 0), listener("Sven", 1)
    ada.enters(song)
    bo.enters(song)
    bo.says("very loud")
    ada.reads("very loud")
    ada.opens_person("Sven").get_by_role("button", name="Mute").click()
    expect(ada.line("very loud")).to_be_hidden()
    bo.says("still loud")
    ada.page.reload()
    ada.is_online()
    expect(ada.line("still loud")).to_have_count(1)
    expect(ada.line("still loud")).to_be_hidden()
    ada.opens_person("Sven").get_by_role("button", name="Listen again").click()
    expect(ada.line("still loud")).to_be_visible()
    ada.opens_person("Sven").get_by_role("button", name="Mute").click()
    expect(ada.line("still loud")).to_be_hidden()
    bo.page.close()
    ada.page.get_by_role("button", name="Listen to everybody again").click()
    expect(ada.line("still loud")).to_be_visible()


def test_somebody_who_types_is_named(listener: People) -> None:
    """The others see it, and it ends with the message."""
    song, ada, bo = new_song(), listener("Tove", 0), listener("Uwe", 1)
    ada.enters(song)
    bo.enters(song)
    bo.field.press_sequentially("let me think")
    expect(ada.page.locator("#typing")).to_have_text(f"{bo.name} is typing …", timeout=PATIENCE)
    bo.field.press("Enter")
    ada.reads("let me think")
    expect(ada.page.locator("#typing")).to_have_text("", timeout=PATIENCE)


def test_who_scrolls_up_is_left_in_peace(listener: People) -> None:
    """New messages do not move the page; a button leads to them."""
    song, ada, bo = new_song(), listener("Vera", 0), listener("Willi", 1)
    ada.enters(song)
    bo.enters(song)
    for number in range(12):
        ada.says(f"line {number}\n\n\nwith some height")
    ada.reads("line 11")
    ada.page.evaluate("document.getElementById('log').scrollTop = 0")
    bo.says("down here")
    ada.reads("down here")
    button = ada.page.get_by_role("button", name="1 new")
    expect(button).to_be_visible()
    ada.field.fill("a draft\n" * 15)
    assert bottom_of(button) <= top_of(ada.field) < bottom_of(ada.field)
    assert ada.page.evaluate("document.getElementById('log').scrollTop") < 50
    button.click()
    expect(ada.line("down here")).to_be_in_viewport()
    expect(ada.page.locator("#to-newest")).to_be_hidden()


def top_of(place: Locator) -> float:
    """Return where something begins, in pixels from the top of the window."""
    box = place.bounding_box()
    assert box
    return box["y"]


def bottom_of(place: Locator) -> float:
    """Return where something ends, in the same pixels."""
    box = place.bounding_box()
    assert box
    return box["y"] + box["height"]


def test_a_name_from_right_to_left_leaves_sentences_as_they_are(listener: People) -> None:
    """The room's own lines are English, whoever they are about; by script and without."""
    song, ada = new_song(), listener("مرحبا بالعالم")
    ada.enters(song)
    line = ada.page.locator(".line-system bdi").last
    expect(line).to_have_text(f"{ada.name} is here.")
    expect(line).to_have_css("direction", "ltr")
    stranger = listener("Late", java_script_enabled=False)
    stranger.page.goto(f"{stranger.site}/t/{song}")
    expect(stranger.page.locator(".line-system bdi").first).to_have_css("direction", "ltr")


# -- order -----------------------------------------------------------------------------------------


@pytest.mark.local
def test_an_operator_keeps_order(listener: People) -> None:
    """A report arrives, somebody is sent out, the room is cleaned; the page of each tells him."""
    song, ada, bo = new_song(), listener("Xaver", 0), listener("Yara", 1)
    ada.enters(song)
    bo.enters(song)
    bo.says("buy my watches")
    ada.reads("buy my watches")
    ada.line("buy my watches").get_by_role("button", name="Yara").click()
    ada.page.get_by_role("button", name="Report this message").click()
    ada.is_warned("Thank you")
    ada.page.goto(f"{ada.site}/operator")
    ada.page.get_by_label("key").fill(OPERATOR_KEY)
    ada.page.get_by_role("button", name="I am an operator").click()
    expect(ada.page.get_by_text("buy my watches")).to_be_visible()
    ada.enters(song)
    ada.opens_person("Yara").get_by_role("button", name="Send out of the room").click()
    bo.is_warned("An operator keeps you out of this room")
    expect(bo.field).to_be_disabled()
    ada.page.once("dialog", lambda dialog: dialog.accept())
    ada.page.get_by_role("button", name="Remove all messages").click()
    ada.is_told("has cleaned the room")
    assert ada.has_read() == []


def test_a_private_room_is_for_those_with_its_link(listener: People) -> None:
    """It is made by a button, is in no list, and somebody with a wrong link finds nothing."""
    ada, bo = listener("Zoe", 0), listener("Anton", 1)
    ada.enters(new_song())
    ada.page.get_by_role("button", name="Make a private room").click()
    ada.page.wait_for_url("**/t/*~*")
    ada.is_online()
    path = urlsplit(ada.page.url).path
    bo.enters(path.removeprefix("/t/"))
    bo.says("just us")
    ada.reads("just us")
    wrong = listener("Berta")
    answer = wrong.page.goto(f"{wrong.site}{path[:-4]}AAAA")
    assert answer is not None
    assert answer.status == 404
    wrong.page.goto(wrong.site + "/")
    assert path not in wrong.page.content()
    expect(bo.page.get_by_role("button", name="Close this room")).to_have_count(0)
    ada.page.once("dialog", lambda dialog: dialog.accept())
    ada.page.get_by_role("button", name="Close this room").click()
    ada.page.wait_for_url(ada.site + "/")
    gone = wrong.page.goto(wrong.site + path)
    assert gone is not None
    assert gone.status == 404


# -- without scripts -------------------------------------------------------------------------------


def test_without_javascript_one_can_read_and_post(listener: People) -> None:
    """The page says how, shows the latest messages, and its form works."""
    song, bo = new_song(), listener("Carl", 1)
    ada = listener("Dana", java_script_enabled=False)
    bo.enters(song)
    bo.says("hello <all>")
    bo.reads("hello <all>")
    ada.page.goto(f"{ada.site}/t/{song}")
    expect(ada.page.get_by_text("hello <all>")).to_be_visible()
    ada.page.get_by_label("Your nickname").fill(ada.name)
    ada.page.get_by_role("button", name="Join the room").click()
    ada.field.fill("said without a script")
    ada.page.get_by_role("button", name="Send").click()
    expect(ada.page.locator(".text").last).to_have_text("said without a script")
    bo.reads("said without a script")
    ada.page.get_by_role("link", name="look for new ones").click()
    expect(ada.page.get_by_text("hello <all>")).to_be_visible()
    ada.field.fill(" ")
    ada.page.get_by_role("button", name="Send").click()
    expect(ada.page.get_by_role("alert")).to_be_visible()


def test_the_lists_of_rooms_are_live(listener: People) -> None:
    """Somebody who looks at the start page sees people come without reloading it."""
    ada, bo = listener("Elsa", 0), listener("Fritz", 1)
    ada.page.goto(ada.site + "/")
    bo.enters(SONG)
    live = ada.page.locator("#rooms").get_by_role("listitem").filter(has_text="1 person here")
    expect(live.first).to_be_visible(timeout=PATIENCE)


def test_a_taken_name_is_refused(listener: People) -> None:
    """Nobody takes over a name, nor one that looks like it; what was typed stays."""
    song, ada, bo = new_song(), listener("Gloria", 0), listener("GLОRIA", 1)  # noqa: RUF001  a Cyrillic letter
    ada.enters(song)
    bo.page.goto(f"{bo.site}/t/{song}")
    bo.page.get_by_label("Your nickname").fill(bo.name)
    bo.page.get_by_role("button", name="Join the room").click()
    expect(bo.page.get_by_role("alert")).to_be_visible()
    expect(bo.page.get_by_label("Your nickname")).to_have_value(bo.name)


def test_a_page_in_the_background_makes_do_with_polls(listener: People) -> None:
    """Browsers slow its clock down, so that a socket's signs of life would come too late."""
    song, ada, bo = new_song(), listener("Heidi", 0), listener("Igor", 1)
    ada.context.add_cookies([{"name": "transport", "value": "socket", "url": ada.site}])
    ada.page.clock.install()
    ada.enters(song)
    bo.enters(song)
    ada.looks_away()
    with ada.page.expect_request(lambda request: "wait=25" in request.url):
        ada.page.clock.run_for(125_000)
    bo.says("are you there")
    ada.reads("are you there")
    with ada.page.expect_websocket():
        ada.looks_back()
        ada.page.clock.run_for(5_000)
