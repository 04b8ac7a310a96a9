"""Why a department's call is refused, where no other word of ours fits."""

from channel_gateway.domain.errors import Conflict


class IdReused(Conflict):
    """This webhook-id came with another body before: take a new one for a new wish."""

    code = "id_reused"
