"""What is refused to one person alone. Pure."""

from channel_gateway.domain.errors import Conflict


class OwnWork(Conflict):
    """Nobody checks their own work: another person has to sign."""

    code = "own_work"
    zh = "经办人与复核人不能是同一人。"
