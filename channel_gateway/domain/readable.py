"""Whether a text can be read by a person. Pure."""

from unicodedata import category

# Control and format characters, private ones, halves of characters, and what is none at all: a
# store or a platform may refuse them, and nobody sees them.
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
# Letters and a symbol that are drawn as nothing: Hangul fillers, and the empty braille cell.
_DRAWN_AS_NOTHING = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def readable(text: str) -> str:
    """The text, if a person can read it. Raises `ValueError`.

    Marks on no letter are as little to be seen as blanks.
    """
    if any(category(each) in _UNSEEN for each in text):
        raise ValueError("holds a character that cannot be seen")
    if not any(category(each)[0] in "LNPS" and each not in _DRAWN_AS_NOTHING for each in text):
        raise ValueError("says nothing that can be seen")
    return text


def readable_if_any(text: str) -> str:
    """Nothing at all, or what a person can read. Raises `ValueError`."""
    return readable(text) if text else text


def can_be_seen(text: str) -> bool:
    try:
        readable(text)
    except ValueError:
        return False
    return True
