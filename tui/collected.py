"""When a sample was collected, as a technician types it."""

from datetime import UTC, datetime, timedelta

# Older than this it was mistyped, or is no sample whose motility can be examined.
LONGEST = timedelta(hours=24)
EXPECTED = 'give the time as 09:40, or with its day as "2026-03-01 09:40"'


class CollectedError(ValueError):
    """The time of collection cannot be used; the text says why and what to give."""


def parse_collected(text: str, now: datetime) -> datetime:
    """Return the time of collection in UTC.

    Args:
        text: A time of the present day, or a day and a time, in the zone of `now`.
        now: The present time, with its zone.

    Raises:
        CollectedError: If it is no time, in the future, or more than a day ago.
    """
    found = _parsed(text.strip(), now)
    if found > now:
        raise CollectedError(f"{found:%H:%M} is still to come; {EXPECTED}")
    if now - found > LONGEST:
        raise CollectedError(f"{found:%Y-%m-%d %H:%M} is more than a day ago; {EXPECTED}")
    return found.astimezone(UTC)


def _parsed(text: str, now: datetime) -> datetime:
    for form in ("%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"):
        try:
            # The zone is that of the place where it was typed.
            found = datetime.strptime(text, form)  # noqa: DTZ007
        except ValueError:
            continue
        if form == "%H:%M":
            return now.replace(hour=found.hour, minute=found.minute, second=0, microsecond=0)
        return found.replace(tzinfo=now.tzinfo)
    raise CollectedError(f"{text or 'nothing'} is no time; {EXPECTED}")
