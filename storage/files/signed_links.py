"""Addresses of the bot that open one file until a time, for the embedded storage, which has no addresses of its own.

Who has the address may fetch the file, as with a shared access signature of Azure. It is signed with a secret that is
made once and stays beside the files; nothing in it can be changed, the end of its time least of all.
"""

import hashlib
import hmac
import os
import secrets
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urlencode


class SignedLinks:
    """Makes and checks the addresses. `public_url` is where the bot is reached, without a slash at its end."""

    def __init__(self, secret_file: Path, public_url: str) -> None:
        self._secret_file = secret_file
        self._public_url = public_url
        self._secret: bytes | None = None

    def link(self, id: str, name: str, until: datetime) -> str:
        """The address of this file until then. OSError if the secret cannot be kept."""
        expires = str(int(until.astimezone(UTC).timestamp()))
        query = urlencode({"expires": expires, "name": name, "signature": self._sign(id, name, expires)})
        return f"{self._public_url}/files/{quote(id, safe='')}?{query}"

    def is_ours(self, id: str, name: str, expires: str, signature: str) -> bool:
        """Whether this bot signed just this. OSError if the secret cannot be read."""
        return hmac.compare_digest(self._sign(id, name, expires).encode(), signature.encode("utf-8", "replace"))

    def _sign(self, *parts: str) -> str:
        self._secret = self._secret or _kept_secret(self._secret_file)
        message = "\n".join(parts).encode("utf-8", "replace")
        return hmac.new(self._secret, message, hashlib.sha256).hexdigest()


def _kept_secret(path: Path) -> bytes:
    """The secret of this folder, made if there is none; of two processes that make it at once the first one's stays."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        mine = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        handle = os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(mine, path)
        except FileExistsError:
            return path.read_bytes()
        finally:
            mine.unlink()
    return path.read_bytes()
