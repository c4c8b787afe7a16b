"""What the policy says to a suggested post; the same check on each step of the walk and at each later one."""

from policy.posts.findings import Finding, PostText
from policy.posts.post_check import PostChecker
from storage.suggestions.suggestion_records import Post, Shown


def check(post: Post, checker: PostChecker) -> tuple[Finding, ...]:
    """The findings, in the order in which they are read."""
    return checker(
        PostText(
            text=post.text,
            links=post.links,
            school=post.school,
            topic=post.topic,
            pictures=len(post.pictures),
            shows=frozenset(post.shows) - {Shown.NOBODY.value},
            consent={**post.met, **post.consent},
        )
    )
