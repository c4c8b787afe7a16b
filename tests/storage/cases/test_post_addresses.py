"""One post is one post, however its address was pasted; two posts are never one."""

import json
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.cases.case_records import Platform
from storage.cases.post_addresses import read_address

ADDRESSES = [
    json.loads(line)
    for line in Path(__file__).with_name("post_addresses.jsonl").read_text(encoding="utf-8").splitlines()
]
"""Addresses as people paste them, each with the post that it leads to; people, schools and numbers are invented."""


def test_each_post_has_one_identity_and_no_other_post_has_it() -> None:
    """At least 120 addresses, and every one of them is counted with the others of its post, and with no more."""
    posts = defaultdict(set)
    for row in ADDRESSES:
        posts[read_address(row["address"]).identity].add(row["post"])
    assert len(ADDRESSES) >= 120
    assert [] == [sorted(joined) for joined in posts.values() if len(joined) > 1]
    assert len({row["post"] for row in ADDRESSES}) == len(posts)


@pytest.mark.parametrize("row", ADDRESSES, ids=lambda row: f"{row['post']}: {row['address'][:50]}")
def test_the_platform_is_read_from_the_address(row: dict[str, str]) -> None:
    """Nobody has to choose what the address says."""
    wanted = Platform(row["platform"]) if row["platform"] else None
    assert wanted is read_address(row["address"]).platform


@pytest.mark.parametrize("row", ADDRESSES, ids=lambda row: f"{row['post']}: {row['address'][:50]}")
def test_what_is_kept_leads_to_the_same_post_and_says_nothing_of_who_sent_it(row: dict[str, str]) -> None:
    """The address of a Safe Link carries the reporter's own; what the case keeps does not."""
    kept = read_address(row["address"]).kept
    assert read_address(row["address"]).identity == read_address(kept).identity
    assert "%40school" not in kept and "safelinks" not in kept and "utm_" not in kept


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example\\@facebook.com/demo/posts/123456789",
        "https://facebook.com@evil.example/demo/posts/123456789",
        "https://facebook.com.evil.example/demo/posts/123456789",
        "https://notfacebook.com/demo/posts/123456789",
        "javascript:alert(1)",
        "https://[x",
        "not an address",
        "",
    ],
)
def test_an_address_that_only_looks_like_a_platform_is_of_none(address: str) -> None:
    """Where a browser and Python could read another host, nothing is said of the platform."""
    assert read_address(address).platform is None


def test_a_link_that_a_phone_broke_into_lines_is_one_address() -> None:
    """iOS puts line breaks into the links that it shares."""
    broken = "https://www.instagram.com/\np/CxYz12AbCdE/?igsh=\nMWQ1"
    assert "instagram:CxYz12AbCdE" == read_address(broken).identity


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    """Whatever is pasted, it has an identity, and what is kept has the same."""
    read = read_address(text)
    assert read.identity == read_address(read.kept).identity
