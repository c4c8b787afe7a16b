"""Activities that were taken already: Teams sends one again if the answer takes long."""

import time
from collections.abc import Callable

from cachetools import TTLCache

REMEMBERED_SECONDS = 600.0
MOST_REMEMBERED = 10_000


class RecentIds:
    """Remembers ids for a while, so that an activity that is sent again is taken once."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._ids: TTLCache[str, bool] = TTLCache(MOST_REMEMBERED, REMEMBERED_SECONDS, clock)

    def is_new(self, key: str) -> bool:
        """Whether this id was not seen yet; from now on it was."""
        if key in self._ids:
            return False
        self._ids[key] = True
        return True

    def forget(self, key: str) -> None:
        """It failed: when it is sent again, it is taken."""
        self._ids.pop(key, None)
