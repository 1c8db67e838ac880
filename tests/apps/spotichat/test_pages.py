"""SpotiChat's pages, as a browser without scripts gets them."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from apps.spotichat.conftest import OPERATOR_KEY
from apps.spotichat.visitors import PAGE, SONG, Visitor
from spotichat.app import SpotiChat
from spotichat.catalogue import SONGS
from spotichat.models import TEXT_LENGTH
from spotichat.settings import Settings
from spotichat.tracks import drawn_cover

PAGES = ["/", PAGE, "/settings", "/about", "/operator", "/no/such/page"]
OTHER = list(SONGS)[1]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_lets_anything_foreign_in(app: SpotiChat, path: str) -> None:
    """The policy of each page forbids scripts and styles of others, and those in the page itself."""
    for visitor in (Visitor(app), Visitor(app, f"V {len(path)}")):
        page = visitor.get(path)
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert not re.search(
            r"<script(?! type=\"module\" src=)|<style|\son\w+=|\sstyle=", page.text
        )


def test_choosing_a_song_and_a_name_leads_into_the_room(app: SpotiChat) -> None:
    """From then on the browser is known, and is not asked again."""
    visitor = Visitor(app)
    answer = visitor.sends("/enter", at="/", song=f"spotify:track:{SONG}", nickname="Ada")
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    cookie = visitor.browser.stored_cookie("identity")
    assert cookie is not None
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert 'name="nickname"' not in visitor.get(PAGE).text
    assert visitor.sends("/enter", at="/", song=OTHER).headers["location"] == f"/t/{OTHER}"


@pytest.mark.parametrize(
    ("song", "nickname", "status", "told"),
    [
        ("no song", "Ada", 400, "no link to a song"),
        ("", "Ada", 400, "Paste the link"),
        (SONG, "", 422, "at least one letter"),
        (SONG, "x" * 60, 422, "24 characters"),
        (SONG, "operator", 422, "speak for the site"),
        (SONG, "Spotify", 422, "speak for the site"),
    ],
)
def test_a_mistake_is_explained_and_nothing_has_to_be_typed_again(
    app: SpotiChat, song: str, nickname: str, status: int, told: str
) -> None:
    """The form comes back with its fields filled and a reason beside the one that is wrong."""
    answer = Visitor(app).sends("/enter", at="/", song=song, nickname=nickname)
    assert answer.status_code == status
    assert told in answer.text
    assert f'value="{song}"' in answer.text
    assert f'value="{nickname}"' in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_a_name_that_somebody_has_is_refused(app: SpotiChat) -> None:
    """Nobody can be taken for somebody else."""
    Visitor(app, "Ada")
    answer = Visitor(app).sends(f"{PAGE}/join", at=PAGE, nickname="АDA")  # noqa: RUF001  a Cyrillic letter
    assert answer.status_code == 409
    assert "looks like it" in answer.text


@pytest.mark.parametrize(
    "path", ["/enter", f"{PAGE}/join", f"{PAGE}/say", f"{PAGE}/private", "/settings", "/settings/name", "/forget",
             "/operator", "/operator/words"]
)  # fmt: skip
def test_no_form_works_without_its_token(app: SpotiChat, path: str) -> None:
    """Another site's page cannot send it in somebody's name (CWE-352)."""
    visitor = Visitor(app, "Ada")
    answer = visitor.browser.post(path, form={"text": "forged", "song": SONG, "nickname": "x"})
    assert answer.status_code == 403
    assert "forged" not in visitor.reads(f"/t/{OTHER}")


def test_a_stale_form_of_a_room_keeps_the_message(app: SpotiChat) -> None:
    """What was typed comes back, with a token that is good."""
    visitor = Visitor(app, "Ada")
    answer = visitor.browser.post(f"{PAGE}/say", form={"csrf_token": "old", "text": "so long"})
    assert answer.status_code == 403
    assert ">so long</textarea>" in answer.text


@pytest.mark.parametrize(
    "path",
    ["/t/short", f"/t/{SONG}x", "/t/", f"/t/{SONG}~invitation", f"/t/{SONG}/nothing", "/t/track:x"],
)
def test_addresses_that_are_no_rooms_lead_back(app: SpotiChat, path: str) -> None:
    """A 404 is a page, with a way on."""
    page = Visitor(app).get(path)
    assert page.status_code == 404
    assert 'class="button" href="/"' in page.text


def test_a_stale_form_of_no_room_is_no_room(app: SpotiChat) -> None:
    """A wrong address stays one, whatever is sent there."""
    answer = Visitor(app, "Ada").browser.post("/t/short/say", form={"text": "x"})
    assert answer.status_code == 404


def test_what_was_said_is_shown_as_it_was_typed(app: SpotiChat) -> None:
    """Signs of HTML are text, in messages and in names."""
    ada = Visitor(app, "<i>Ada</i>")
    assert ada.says("<script>alert('x')</script> & more").status_code == 303
    page = Visitor(app).get(PAGE).text
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; more" in page
    assert "&lt;i&gt;Ada&lt;/i&gt;" in page


def test_a_message_that_cannot_be_sent_comes_back(app: SpotiChat) -> None:
    """Too long, empty, or from a stranger: the page says why, and keeps what was typed."""
    ada, long = Visitor(app, "Ada"), "word " * TEXT_LENGTH
    answer = ada.says(long)
    assert answer.status_code == 400
    assert f"{TEXT_LENGTH} characters" in answer.text
    assert long.strip() in answer.text
    assert ada.says(" ").status_code == 400
    stranger = Visitor(app).says("may I")
    assert stranger.status_code == 401
    assert "take a nickname first" in stranger.text


def test_a_second_click_says_nothing_twice(app: SpotiChat) -> None:
    """The same text of the same page is one message; another text, or another page, is another one."""
    ada = Visitor(app, "Ada")
    page = ada.get(PAGE).text
    form = {name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("csrf_token", "key")}  # type: ignore[index]  # fmt: skip
    for text in ("hello", "hello", "went back"):
        answer = ada.browser.post(f"{PAGE}/say", form={**form, "text": text})
        assert answer.status_code == 303
    again = re.search(r'name="key" value="([^"]+)"', ada.get(PAGE).text)
    assert again
    ada.browser.post(f"{PAGE}/say", form={**form, "key": again[1], "text": "hello"})
    found = ada.browser.get(f"/api/rooms/{SONG}/messages").json()["messages"]
    assert [message["text"] for message in found] == ["hello", "went back", "hello"]


def test_a_flood_is_told_to_wait(start: Callable[..., SpotiChat], settings: Settings) -> None:
    """The page of those without scripts knows the limits, too."""
    ada = Visitor(start(replace(settings, points=4)), "Ada")
    statuses = {ada.says(f"message {number}").status_code for number in range(6)}
    assert statuses == {303, 429}


def test_a_private_room_is_found_by_its_link_alone(app: SpotiChat) -> None:
    """It is in no list, its address goes to no other site, and others cannot guess it."""
    ada, bob = Visitor(app, "Ada"), Visitor(app, "Bob")
    page = ada.sends(f"{PAGE}/private", at=PAGE).headers["location"]
    assert re.fullmatch(rf"/t/{SONG}~[\w-]{{22}}", page)
    assert bob.says("between us", page).status_code == 303
    assert "between us" in ada.reads(page)
    assert ada.get(page).headers["referrer-policy"] == "no-referrer"
    assert "between us" not in bob.reads(PAGE)
    assert page not in bob.reads("/")
    assert bob.get(page[:-1] + ("A" if page[-1] != "A" else "B")).status_code == 404


def test_lists_show_where_somebody_was(app: SpotiChat) -> None:
    """A room in which something was said is on the start page, with its song."""
    Visitor(app, "Ada").says("hello")
    page = Visitor(app).reads("/")
    recent = page[page.index("Quiet at the moment") : page.index("More songs")]
    assert SONGS[SONG].title in recent
    assert SONGS[OTHER].title not in recent


def test_forgetting_frees_the_name(app: SpotiChat) -> None:
    """After that the browser is a stranger's, and somebody else can have the name."""
    ada = Visitor(app, "Ada")
    answer = ada.sends("/forget", at="/settings")
    assert answer.headers["location"] == "/"
    assert "You are forgotten" in ada.reads("/")
    assert "You are forgotten" not in ada.reads("/")
    Visitor(app, "Ada")


def test_a_nickname_can_be_changed(app: SpotiChat) -> None:
    """The person stays the same, the former name is free; a name that is taken is refused."""
    ada = Visitor(app, "Ada")
    Visitor(app, "Bob")
    assert ada.sends("/settings/name", at="/settings", nickname="Lovelace").status_code == 302
    assert "You are Lovelace now." in ada.reads("/settings")
    Visitor(app, "Ada")
    answer = ada.sends("/settings/name", at="/settings", nickname="bob")
    assert answer.status_code == 409
    assert 'value="bob"' in answer.text
    assert "Lovelace" in ada.reads("/settings")


def test_the_way_of_messages_is_a_choice_of_the_browser(app: SpotiChat) -> None:
    """It counts in every room; nonsense is no choice."""
    ada = Visitor(app, "Ada")
    assert 'data-transport="poll"' in ada.get(PAGE).text
    ada.sends("/settings", transport="socket")
    assert 'data-transport="socket"' in ada.get(PAGE).text
    assert (
        "httponly" in str(ada.sends("/settings", transport="socket").cookies["transport"]).lower()
    )
    ada.sends("/settings", transport="pigeon")
    assert 'data-transport="socket"' in ada.get(PAGE).text
    ada.browser.set_cookie("transport", '"><script>')
    assert 'data-transport="poll"' in ada.get(PAGE).text


def test_operators_see_reports_and_choose_words(app: SpotiChat) -> None:
    """The key makes an operator; everybody else learns nothing."""
    ada = Visitor(app, "Ada")
    assert ada.sends("/operator", key="a guess").status_code == 403
    assert "Words that nobody may use" not in ada.get("/operator").text
    assert ada.sends("/operator/words", at="/operator", words="secretly").status_code == 302
    ada.sends("/operator", key=OPERATOR_KEY)
    ada.sends("/operator/words", at="/operator", words="tulips\n\n roses ")
    assert ">roses\ntulips</textarea>" in ada.get("/operator").text
    refused = Visitor(app, "Bob").says("buy my tulips")
    assert refused.status_code == 403
    assert ">buy my tulips</textarea>" in refused.text
    long = ada.sends("/operator/words", at="/operator", words="x" * 60)
    assert long.status_code == 400
    assert "x" * 60 in long.text


def test_a_site_without_a_key_has_no_operators(
    start: Callable[..., SpotiChat], settings: Settings
) -> None:
    """The page does not exist there."""
    assert Visitor(start(replace(settings, operator_key=""))).get("/operator").status_code == 404


@pytest.mark.parametrize(
    "path", ["/enter", f"{PAGE}/say", f"{PAGE}/join", "/forget", "/operator/words"]
)
def test_addresses_of_forms_lead_to_their_pages(app: SpotiChat, path: str) -> None:
    """Who reloads after a mistake is not told that there is no such page."""
    assert Visitor(app).get(path).status_code == 302


def test_covers_are_drawn_and_kept(app: SpotiChat) -> None:
    """Browsers ask for one once; what is no song has none."""
    cover = Visitor(app).get(drawn_cover(SONG))
    assert cover.headers["content-type"] == "image/svg+xml"
    assert "immutable" in cover.headers["cache-control"]
    assert Visitor(app).get("/cover/nothing.svg").status_code == 404


def test_any_song_has_a_room_without_keys(app: SpotiChat) -> None:
    """Of a song that nobody can look up the page says no more than is known."""
    page = Visitor(app).reads("/t/6rqhFgbbKwnb9MLmUQDhG6")
    assert "A song on Spotify" in page
    assert "https://open.spotify.com/track/6rqhFgbbKwnb9MLmUQDhG6" in page


def test_pages_say_that_redis_is_away(start: Callable[..., SpotiChat], settings: Settings) -> None:
    """Status 503 and a page that comes back by itself; what was typed is on it."""
    visitor = Visitor(start(replace(settings, redis_url="unix:///nowhere/redis.sock")))
    for path in ("/", PAGE):
        page = visitor.get(path)
        assert page.status_code == 503
        assert 'http-equiv="refresh"' in page.text
        assert "comes back by itself" in page.text
    assert visitor.get("/readyz").status_code == 503
    assert visitor.get("/healthz").status_code == 200
