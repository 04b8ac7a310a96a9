"""Whom a control row is about: one of the apps, and a citizen as it knows them."""

from collections.abc import Callable

from mock_platforms.alipay import keys
from mock_platforms.alipay.app import App
from mock_platforms.alipay.books import Books
from mock_platforms.alipay.citizens import Citizen
from mock_platforms.alipay.refusals import Refused as PlatformRefused
from mock_platforms.commands import Command, Refused

WHO = {
    "open_id?": "who, as the app knows the person",
    "user_id?": "who, by the 2088 number",
    "app_id?": "which app; the public-key one by default",
}


def app_of(command: Command, books: Books) -> App:
    return app_called(command.text("app_id", keys.MAIN_APP_ID), books)


def app_called(app_id: str, books: Books) -> App:
    app = books.apps.get(app_id)
    if app is None:
        raise Refused(f"no app {app_id}", field="app_id", status=404)
    return app


def citizen_of(
    command: Command, app: App, books: Books, somebody: Callable[[], str] | None = None
) -> Citizen:
    """`somebody`: gives a number when nobody is named; None: somebody has to be."""
    open_id = command.optional_text("open_id")
    try:
        if open_id is not None:
            return books.people.by_open_id(open_id, app.app_id)
        if somebody is not None and command.optional_text("user_id") is None:
            return books.people.by_user_id(somebody())
        return books.people.by_user_id(command.text("user_id"))
    except PlatformRefused as refused:
        raise Refused(refused.node()["sub_msg"], field="open_id") from refused
