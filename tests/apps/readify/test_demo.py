"""The demo user and his shelf."""

from accounts import people
from apps.readify.people import Person
from readify import demo
from readify.queries import Db


def test_the_shelf_is_filled_once(db: Db, app: object) -> None:
    """A second run adds nothing, and leaves alone what somebody has done meanwhile."""
    assert demo.fill(db) == 8
    user = people.find_user(db, demo.NAME)
    assert user
    visitor = Person(app, user)  # type: ignore[arg-type]
    visitor.acts(do="like", id=[str(link.id) for link in visitor.links("unread")])
    before = [link.to_python() for link in visitor.links()]
    assert demo.fill(db) == 0
    assert [link.to_python() for link in visitor.links()] == before


def test_every_list_has_something(db: Db, app: object) -> None:
    """Nobody meets an empty page; texts can be read, code keeps its lines."""
    demo.fill(db)
    user = people.find_user(db, demo.NAME)
    assert user
    visitor = Person(app, user)  # type: ignore[arg-type]
    assert all(visitor.links(view) for view in ("unread", "liked", "archived", "bin", "public"))
    (queue,) = [link for link in visitor.links() if "queue" in link.label]
    assert "\n    now = time()" in visitor.get(f"/read/{queue.id}").text
