"""The check of a suggested post, once for all who look at it in a turn."""

from dataclasses import replace

from dialogs.suggestions.suggestion_check import REMEMBERED, PostChecks
from policy.posts.findings import Finding, PostText
from storage.suggestions.suggestion_records import Post, Shown


class Checker:
    """Stands for the policy's check: finds nothing, and knows what it was asked."""

    def __init__(self) -> None:
        self.asked: list[PostText] = []

    def __call__(self, post: PostText) -> tuple[Finding, ...]:
        self.asked.append(post)
        return ()


def test_a_post_is_checked_once() -> None:
    """However often it is looked at; any change to it is checked anew."""
    checker = Checker()
    checks, post = PostChecks(checker), Post("A fair", shows=(Shown.NOBODY.value,), met={"rights": "hers"})
    for _ in range(5):
        assert () == checks(post)
    checks(replace(post, met={"rights": "his"}))
    assert [{"rights": "hers"}, {"rights": "his"}] == [asked.consent for asked in checker.asked]
    assert not checker.asked[0].shows


def test_no_more_than_a_few_posts_are_remembered() -> None:
    """What people wrote does not pile up in memory."""
    checker = Checker()
    checks = PostChecks(checker)
    for number in (*range(REMEMBERED + 1), 0):
        checks(Post(str(number)))
    assert REMEMBERED + 2 == len(checker.asked)
