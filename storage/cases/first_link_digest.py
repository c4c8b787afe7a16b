"""How the first version found the cases of one address. Its rows are still there; new ones are not written so."""

import hashlib
import re
from urllib.parse import urlsplit


def first_link_digest(link: str) -> str:
    """The same for two ways to write one address: without scheme, `www.`, capitals in the host, tail of tracking.

    Two posts are never one: what follows the question mark counts, except where the site is known not to need it.
    """
    try:
        parts = urlsplit(link if "://" in link else f"https://{link}")
    except ValueError:  # "https://[x": no address at all, and one with itself only
        return hashlib.sha256(link.encode()).hexdigest()[:32]
    host = re.sub(r"^((www|m|mobile|web|mbasic)\.)+", "", parts.hostname or "")
    host = _SAME_SITE.get(host, host)
    named = [part for part in parts.query.split("&") if part and not _TRACKING.match(part)]
    if host in _POST_IN_PATH:
        named = []
    elif host in _POST_IN_QUERY:
        named = [part for part in named if re.match(_POST_IN_QUERY[host], part)]
    return hashlib.sha256(f"{host}{parts.path.rstrip('/')}?{'&'.join(sorted(named))}".encode()).hexdigest()[:32]


_SAME_SITE = {"twitter.com": "x.com", "fb.com": "facebook.com", "threads.com": "threads.net"}
_TRACKING = re.compile(r"(utm_\w+|fbclid|gclid|igsh|igshid|mibextid)=", re.IGNORECASE)
_POST_IN_PATH = frozenset({"x.com", "instagram.com", "tiktok.com", "threads.net", "snapchat.com", "youtu.be"})
_POST_IN_QUERY = {
    "facebook.com": r"(v|id|story_fbid|fbid|multi_permalinks|comment_id|reply_comment_id|set)=",
    "youtube.com": r"(v|list|lc)=",
}
"""Where the post is named by these parts of the query alone, if by any."""
