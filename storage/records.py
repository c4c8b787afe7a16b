"""Records that every slice keeps: who somebody is, a kept file, a card that was posted."""

from dataclasses import dataclass
from uuid import UUID


def is_guid(text: str) -> bool:
    """Whether this is an id as Entra and Teams write it: 8-4-4-4-12 hexadecimal digits."""
    try:
        return str(UUID(text)) == text.casefold()
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in Teams. `id` is the Entra object id; `account` is what Teams calls them towards this bot."""

    id: str
    name: str
    account: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody as Entra or the school's list knows them. `id` is the Entra object id, empty where it is not known."""

    id: str
    name: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What is known of a kept file. `id` finds it in the evidence store, `sha256` proves that it is what was sent.

    `name` is ours: what the sender's file was called may say anything about anyone.
    """

    id: str
    name: str
    content_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class PostedCard:
    """A card of ours in a conversation, so that it can be updated."""

    service_url: str
    conversation: str
    activity: str


class Refused(Exception):
    """What was asked does not go from where the record stands, or not by this person. Nothing was changed."""
