"""The page where a receipt is verified (查验): plain HTML, large, without a script."""

import hashlib
from base64 import b64encode
from pathlib import Path
from typing import ClassVar

import jinja2
from markupsafe import Markup

from channel_gateway.domain.capitals import capitals
from channel_gateway.domain.money import yuan_from_fen
from channel_gateway.service import Written
from payment.receipts.copies import VERIFY_PATH, Copy, Standing, quantity
from payment.receipts.verifying import Claimed

MEANING = {
    Standing.VALID: "该票据真实，金额有效。",
    Standing.PARTLY_REVERSED: "该票据真实，但已有一部分金额退回并冲红。",
    Standing.REVERSED: "该票据已全部退款并冲红，不能再作报销凭证。",
    Standing.RED: "该票据是红字票据，用于冲销另一张票据。",
}


class VerificationPage(Written):
    media_type: ClassVar[str] = "text/html; charset=utf-8"

    html: str

    def written(self) -> bytes:
        return self.html.encode()


class Pages:
    """Reads its two files once, when it is made."""

    def __init__(self) -> None:
        here = Path(__file__).parent
        self._style = (here / "verification.css").read_text("utf-8")
        digest = b64encode(hashlib.sha256(self._style.encode()).digest()).decode()
        self._policy = (
            f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'"
        )
        environment = jinja2.Environment(
            autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        source = (here / "verification.html.j2").read_text("utf-8")
        self._template = environment.from_string(source)

    def page(
        self, typed: Claimed, *, copy: Copy | None = None, trouble: str = ""
    ) -> VerificationPage:
        """The form, and above it what was found, or why nothing was.

        A check code is never repeated.
        """
        html = self._template.render(
            style=Markup(self._style),  # noqa: S704 (our own file)
            action=f"/v1{VERIFY_PATH}",
            typed=typed,
            copy=copy,
            outcome=copy.standing.value if copy else "",
            meaning=MEANING[copy.standing] if copy else "",
            trouble=trouble,
            yuan=yuan_from_fen,
            capitals=capitals,
            quantity=quantity,
        )
        return VerificationPage(html=html, policy=self._policy)
