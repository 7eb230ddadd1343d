"""Instants of a flight as the text of a date: UTC of the lift-off and the seconds since, without a leap second."""

import datetime


def utc_text(liftoff_utc: datetime.datetime, t_s: float) -> str:
    """The instant `t_s` seconds after lift-off, to the microsecond, as 2027-04-15T02:00:00.000000."""
    instant = liftoff_utc.astimezone(datetime.UTC) + datetime.timedelta(seconds=float(t_s))
    return instant.replace(tzinfo=None).isoformat(timespec="microseconds")


def to_the_microsecond(t_s: float) -> float:
    """The time (s) that a text of `utc_text` stands for."""
    return datetime.timedelta(seconds=float(t_s)).total_seconds()
