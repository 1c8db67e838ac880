"""The addresses of the pages."""

from spotichat.handlers import choices, covers, home, operator, room, signin

ROOM = r"^/t/([^/]+)"

ROUTES = [
    (r"^/$", home.HomeHandler),
    (r"^/enter$", home.EnterHandler),
    (rf"{ROOM}/?$", room.RoomHandler),
    (rf"{ROOM}/join$", room.JoinHandler),
    (rf"{ROOM}/say$", room.SayHandler),
    (rf"{ROOM}/private$", room.PrivateHandler),
    (r"^/settings$", choices.SettingsHandler),
    (r"^/settings/name$", choices.NicknameHandler),
    (r"^/forget$", choices.ForgetHandler),
    (r"^/about$", choices.AboutHandler),
    (r"^/operator$", operator.OperatorHandler),
    (r"^/operator/words$", operator.WordsHandler),
    (r"^/spotify/login$", signin.ConnectHandler),
    (r"^/spotify/callback$", signin.CallbackHandler),
    (r"^/spotify/disconnect$", signin.DisconnectHandler),
    (r"^/spotify/follow$", signin.FollowHandler),
    (r"^/spotify/playing$", signin.PlayingHandler),
    (r"^/cover/([^/]+)\.svg$", covers.CoverHandler),
]
