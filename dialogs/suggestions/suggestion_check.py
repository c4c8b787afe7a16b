"""What the policy says to a suggested post: one check for each step of the walk, each later card and each decision."""

from collections.abc import Callable

from cachetools import LRUCache

from policy.posts.findings import Finding, PostText
from storage.suggestions.suggestion_records import Post, Shown

REMEMBERED = 16
"""Posts; enough for those who write at the same moment."""


class PostChecks:
    """Checks a post once, however often a turn looks at it: what was found lately is remembered, in memory alone."""

    def __init__(self, check: Callable[[PostText], tuple[Finding, ...]]) -> None:
        self._check = check
        self._found: LRUCache[str, tuple[Finding, ...]] = LRUCache(maxsize=REMEMBERED)

    def __call__(self, post: Post) -> tuple[Finding, ...]:
        """The findings, in the order in which they are read."""
        key = repr(post)
        if key not in self._found:
            self._found[key] = self._check(_as_checked(post))
        return self._found[key]


def _as_checked(post: Post) -> PostText:
    return PostText(
        text=post.text,
        links=post.links,
        school=post.school,
        topic=post.topic,
        pictures=len(post.pictures),
        shows=frozenset(post.shows) - {Shown.NOBODY.value},
        consent={**post.met, **post.consent},
    )
