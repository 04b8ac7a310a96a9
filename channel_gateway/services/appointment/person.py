"""Who a person is to the limits: one place, so that a proven identity can take it over. Pure."""

from channel_gateway.service import Session


def person_of(session: Session) -> str:
    """The same text for the same person; for now one per channel, application and openid."""
    return session.citizen
