"""The pauses between tries, in seconds, named by how long they go on. Pure.

Most troubles are over within seconds, and what is not waits hourly and longer. After the last try a
task is a dead letter, and a person must look.
"""

_HOUR = 3600
_FIRST = (5, 15, 30, 60, 180, 600, 1800)  # three quarters of an hour

HOURS_3 = (*_FIRST, *(_HOUR,) * 3)
HOURS_6 = (*_FIRST, *(_HOUR,) * 6)
HOURS_24 = (*_FIRST, *(_HOUR,) * 24)
DAYS_3 = (*HOURS_6, *(6 * _HOUR,) * 11)
DAYS_7 = (*HOURS_6, *(6 * _HOUR,) * 28)
