"""What the policy says to a suggested post; the same check on each step of the walk and at each later one."""

from policy.document import Policy
from policy.posts.findings import Finding, PostText
from policy.posts.post_check import check_post
from storage.suggestions.suggestion_records import Post, Shown


def check(post: Post, policy: Policy) -> tuple[Finding, ...]:
    """The findings, the strictest first."""
    return check_post(
        PostText(
            text=post.text,
            links=post.links,
            school=post.school,
            topic=post.topic,
            pictures=len(post.pictures),
            shows=frozenset(post.shows) - {Shown.NOBODY.value},
            consent={**post.met, **post.consent},
        ),
        policy,
    )
