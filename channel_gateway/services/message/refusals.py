"""Why a call about messages is refused; each says in Chinese what the citizen can do next."""

from channel_gateway.domain.errors import NotFound


class NoSuchMessage(NotFound):
    """There is no such message, or it is not yours."""

    code = "no_such_message"
    zh = "没有找到这条消息，请在“我的消息”中查看。"
