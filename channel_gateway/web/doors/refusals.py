"""What an operator may not do to a door."""

from channel_gateway.domain.errors import Conflict


class LastKey(Conflict):
    """This is the door's last key: make a new one before it is retired."""

    code = "last_key"


class TooManyKeys(Conflict):
    """The door has as many keys as it may have: retire an old one first."""

    code = "too_many_keys"
