"""Who is in a room: several tabs, several processes, connections that end, and typing."""

import json
from collections.abc import Callable
from dataclasses import replace

from apps.spotichat.people import ROOM, Person, texts
from brubeck.parking import Parked
from framework.conformance.servers import eventually
from spotichat import queries
from spotichat.app import SpotiChat
from spotichat.settings import Settings
from spotichat.sweeping import Sweeper

SHORT = {"hold": 1, "away": 2, "grace": 0}
Start = Callable[..., SpotiChat]


def test_coming_and_going_is_told(ada: Person, bob: Person) -> None:
    """Who enters and who leaves stands in the room, and in the list of those who are there."""
    assert ada.enters().json()["people"] == [{"person": ada.id, "nickname": "Ada"}]
    bob.enters()
    assert ada.sees() == ["Ada", "Bob"]
    assert bob.leaves().status_code == 204
    assert ada.sees() == ["Ada"]
    assert ada.lines() == ["Ada is here.", "Bob is here.", "Bob has left."]
    assert [line["event"] for line in ada.reads()["messages"]] == ["came", "came", "left"]


def test_several_tabs_are_one_person(ada: Person) -> None:
    """The second tab is not announced, and the first that is closed neither."""
    ada.enters("one")
    ada.enters("two")
    ada.leaves("one")
    assert ada.sees() == ["Ada"]
    ada.leaves("two")
    assert ada.sees() == []
    assert ada.lines() == ["Ada is here.", "Ada has left."]


def test_leaving_without_a_tab_closes_them_all(ada: Person) -> None:
    """One word is enough."""
    ada.enters("one")
    ada.enters("two")
    ada.leaves()
    assert ada.lines() == ["Ada is here.", "Ada has left."]
    assert ada.leaves().status_code == 204


def test_who_is_silent_has_left_and_that_is_told_once(settings: Settings, start: Start) -> None:
    """However many processes look for the silent, one of them finds him."""
    apps = [start(replace(settings, **SHORT)) for _ in range(3)]
    ada, bob = Person(apps[0], "Ada"), Person(apps[1], "Bob")
    ada.enters()
    eventually(lambda: not bob.sees(), "that nobody is there")
    for app in apps:
        app.sweeper.sweep()
    assert bob.lines() == ["Ada is here.", "Ada has left."]


def test_who_is_silent_is_gone_within_two_time_outs(app: SpotiChat, ada: Person) -> None:
    """A sign of life counts for one by the clock of Redis, and who is silent is looked for more often."""
    away, redis = app.settings.away, app.store.redis
    ada.reads(tab="one")
    ada.enters("two", typing=True)
    ((_, until),) = redis.zrange(app.store.keys.present, 0, -1, withscores=True)
    seconds, _ = redis.time()
    assert until <= (seconds + 1 + away) * 1000
    assert Sweeper.period < away
    assert app.settings.pulse <= away / 2  # one sign of life may get lost


def test_many_processes_that_notice_at_once_tell_once(
    settings: Settings, start: Start, ada: Person
) -> None:
    """The script that takes somebody out decides, so the notice cannot be doubled."""
    app = start(replace(settings, **SHORT))
    Person(app, "Bob").enters()
    eventually(
        lambda: app.store.expired([app.store.keys.present], [1]) or not ada.sees(), "silence"
    )
    for _ in range(5):
        queries.sweep(app.store)
    assert ada.lines().count("Bob has left.") == 1


def test_a_poll_that_ends_counts_at_once(settings: Settings, start: Start, ada: Person) -> None:
    """Whoever closes the page is gone without any time-out."""
    app = start(replace(settings, grace=0))
    bob = Person(app, "Bob")
    seq = ada.says("hello")
    bob.enters()
    bob.polls(after=seq + 1, tab="tab")
    eventually(lambda: len(app.parking) == 1, "that Bob waits")
    app.parking.leave(only_parked(app))
    eventually(lambda: ada.sees() == [], "that Bob is gone")
    assert ada.lines()[1:] == ["Bob is here.", "Bob has left."]


def test_who_comes_back_in_time_was_never_away(settings: Settings, start: Start) -> None:
    """A reload of the page is neither announced nor counted."""
    app = start(replace(settings, grace=30))
    bob = Person(app, "Bob")
    bob.enters()
    poll = bob.polls(after=bob.reads()["next"], tab="tab")
    eventually(lambda: len(app.parking) == 1, "that Bob waits")
    app.parking.leave(only_parked(app))
    eventually(lambda: not app.farewells._gone, "that the end was noted")
    assert not poll.has_come
    bob.enters()
    app.sweeper.sweep()
    assert bob.sees() == ["Bob"]
    assert bob.lines() == ["Bob is here."]


def test_a_page_that_closes_says_so(settings: Settings, start: Start) -> None:
    """It leaves when the grace is over, unless it comes back, under whatever tab."""
    app = start(replace(settings, grace=30))
    bob = Person(app, "Bob")
    bob.enters("old")
    assert bob.delete(f"{ROOM}/here?tab=old&soon=1").status_code == 204
    assert bob.sees() == ["Bob"]
    bob.enters("new")
    assert bob.lines() == ["Bob is here."]
    app.settings = replace(settings, grace=0)
    bob.delete(f"{ROOM}/here?tab=new&soon=1")
    bob.delete(f"{ROOM}/here?tab=old&soon=1")
    eventually(lambda: bob.sees() == [], "that Bob is gone")


def test_the_end_of_an_old_connection_does_not_end_the_new_one(
    settings: Settings, start: Start
) -> None:
    """Notices of disconnects may come late, when the tab has another connection already."""
    app = start(replace(settings, grace=0))
    bob = Person(app, "Bob")
    bob.enters()
    seq = bob.reads()["next"]
    bob.polls(after=seq, tab="tab")
    eventually(lambda: len(app.parking) == 1, "the first poll")
    old = only_parked(app)
    bob.polls(after=seq, tab="tab")
    eventually(lambda: len(app.parking) == 2, "the second poll")
    app.parking.leave(old)
    eventually(lambda: not app.farewells._gone, "that the end was noted")
    app.sweeper.sweep()
    assert bob.sees() == ["Bob"]


def test_an_answered_poll_is_no_farewell(app: SpotiChat, ada: Person, bob: Person) -> None:
    """Between two polls nobody flickers."""
    bob.enters()
    poll = bob.polls(after=bob.reads()["next"], tab="tab")
    eventually(lambda: len(app.parking) == 1, "that Bob waits")
    ada.says("hello")
    eventually(lambda: poll.has_come, "the answer")
    app.sweeper.sweep()
    assert ada.sees() == ["Bob"]
    assert "Bob has left." not in ada.lines()


def test_a_poll_with_a_tab_enters(ada: Person, bob: Person) -> None:
    """Long polling alone is enough to be there."""
    bob.reads(tab="tab")
    assert ada.sees() == ["Bob"]


def test_strangers_are_not_counted(ada: Person, person: Callable[..., Person]) -> None:
    """Reading needs no name, and a tab without one is nobody."""
    person().reads(tab="tab")
    assert ada.sees() == []
    assert person().enters().status_code == 401


def test_typing_is_shown_to_who_waits(app: SpotiChat, ada: Person, bob: Person) -> None:
    """It comes without a message, and ends with one."""
    ada.enters()
    poll = bob.polls(after=ada.reads()["next"])
    eventually(lambda: len(app.parking) == 1, "that Bob waits")
    ada.enters(typing=True)
    eventually(lambda: poll.has_come, "the answer")
    assert poll.texts == []
    assert poll.batch["people"] == [{"person": ada.id, "nickname": "Ada", "typing": True}]
    ada.says("done")
    eventually(lambda: not bob.reads()["people"][0].get("typing"), "that Ada is not typing")


def test_a_crowd_comes_and_goes_in_silence(settings: Settings, start: Start) -> None:
    """Where very many are, nobody reads of each; they are counted all the same."""
    app = start(replace(settings, crowd=2))
    people = [Person(app, f"P{number}") for number in range(4)]
    for each in people:
        each.enters()
    assert people[0].lines() == ["P0 is here.", "P1 is here."]
    assert people[0].get(ROOM).json()["count"] == 4


def test_entering_costs_points(settings: Settings, start: Start) -> None:
    """Nobody fills a room with comings and goings."""
    ada = Person(start(replace(settings, points=6)), "Ada")
    for _ in range(2):
        assert ada.enters().status_code == 200
        ada.leaves()
    answer = ada.enters()
    assert answer.status_code == 429
    assert answer.headers["Retry-After"]


def test_another_name_is_told_where_one_is(ada: Person) -> None:
    """Who takes another nickname stays the same person."""
    ada.enters()
    assert ada.put("/api/me", {"nickname": "Countess"}).status_code == 200
    ada.enters()
    assert ada.lines() == ["Ada is here.", "Ada is called Countess now."]
    assert ada.sees() == ["Countess"]


def test_bad_signs_of_life_are_refused(ada: Person) -> None:
    """A tab has a short name, and typing is yes or no."""
    for document in ({}, {"tab": ""}, {"tab": "x" * 65}, {"tab": 5}, {"tab": "t", "typing": "yes"}):
        assert ada.post(f"{ROOM}/here", document).status_code == 400


def test_a_closed_socket_counts_at_once(settings: Settings, start: Start, ada: Person) -> None:
    """WebSockets end like polls."""
    bob = Person(start(replace(settings, grace=0)), "Bob")
    socket = bob.socket(query="?tab=tab")
    assert texts(json.loads(str(socket.receive()))) == ["Bob is here."]
    assert ada.sees() == ["Bob"]
    socket.vanish()
    eventually(lambda: ada.sees() == [], "that Bob is gone")


def test_the_list_of_rooms_counts_who_is_there(ada: Person, bob: Person) -> None:
    """The busiest room comes first, with its song."""
    ada.enters(room="/api/rooms/track:" + "A" * 22)
    for each in (ada, bob):
        each.enters()
    rooms = ada.get("/api/rooms").json()["rooms"]
    assert [(room["room"][:7], room["count"]) for room in rooms] == [("track:0", 2), ("track:A", 1)]
    assert rooms[0]["track"]["title"]


def only_parked(app: SpotiChat) -> Parked:
    """Return the one request that waits."""
    (room,) = app.parking._rooms.values()
    (parked,) = room
    return parked
