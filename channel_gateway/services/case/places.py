"""Where a case's texts are sealed: the places that are bound to them. Pure data."""

NAME, NOTE, LICENCE = "cases.name", "cases.note", "cases.licence_no"
TOLD = "cases.told"
