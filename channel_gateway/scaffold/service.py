"""A service file out of a template: complete and right, to be changed then."""

import re
from importlib.resources import files

from channel_gateway.scaffold.channel import TEMPLATES, WrongName

_CODE = re.compile(r"[A-Z]{2}-[A-Z]{2}-[0-9]{2}")
_NAME = re.compile(r"[a-z][a-z0-9_]{1,40}")


def service_file(name: str, code: str) -> str:
    """Return the file's text. Raises `WrongName`."""
    if not _NAME.fullmatch(name):
        raise WrongName(f"{name!r} cannot be a file's name: small letters, digits and _ are wanted")
    if not _CODE.fullmatch(code):
        raise WrongName(f"{code!r} cannot be a service's code: one such as GA-HZ-01 is wanted")
    template = files(__package__) / "service.toml.jinja"
    title = name.replace("_", " ")
    text = template.read_text(encoding="utf-8")
    return TEMPLATES.from_string(text).render(code=code, title=title)
