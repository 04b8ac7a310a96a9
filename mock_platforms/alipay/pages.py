"""Methods that are a page: a signed address which a browser opens, answered in HTML."""

from datetime import datetime
from html import escape

from mock_platforms.alipay.books import Books
from mock_platforms.alipay.gateway import Answer, believe
from mock_platforms.alipay.methods import PAGES
from mock_platforms.alipay.refusals import Refused
from mock_platforms.alipay.wire import Call

_ERROR = "<html><head><title>错误</title></head><body>抱歉，系统出错了：{}</body></html>"


def show(
    call: Call, books: Books, *, now: datetime, callers_now: datetime, root_url: str
) -> Answer:
    """Check the address as every call is checked, and show what it leads to."""
    try:
        asked = believe(call, books, now=now, callers_now=callers_now, root_url=root_url)
        page = PAGES[call.method](asked)
    except Refused as refused:
        return refuse(refused)
    return Answer(page.html, "utf-8", "utf-8", location=page.location)


def refuse(refused: Refused) -> Answer:
    """Errors of pages are in GBK, whatever the address asked for."""
    return Answer(_ERROR.format(escape(refused.sub_code)), "gbk", "GBK", refused.sub_code)
