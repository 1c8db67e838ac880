"""Whether the site works, for those who watch over it."""

from brubeck.handlers import JSONMessageHandler
from brubeck.handlers.message import Result
from pymongo.errors import PyMongoError

from listsurf import queries


class HealthHandler(JSONMessageHandler):
    """Answers 200 as long as the database answers."""

    def get(self) -> Result:
        """Ask the database."""
        try:
            queries.ping(self.db_conn)
        except PyMongoError as error:
            self.add_to_payload("mongo", type(error).__name__)
            return self.render(status_code=503)
        self.add_to_payload("mongo", "ok")
        return self.render(status_code=200)
