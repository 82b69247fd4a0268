"""The system's keyring, where a secret may stand that is in no variable; a machine without one has an empty one."""

from __future__ import annotations

from typing import Protocol

SERVICE = "aftersales"


class Vault(Protocol):
    """Keeps secrets by name."""

    def read(self, name: str) -> str | None: ...

    def write(self, name: str, text: str) -> bool:
        """Keep a secret; return whether it will still be there in the next process."""
        ...


class SystemKeyring:
    """The keyring of whoever is logged in.

    A server often has none, which is an empty vault and no error: what is missing is said where it is needed.
    """

    def read(self, name: str) -> str | None:
        import keyring  # loaded only where JD is asked
        from keyring.errors import KeyringError

        try:
            return keyring.get_password(SERVICE, name)
        except (KeyringError, OSError):
            return None

    def write(self, name: str, text: str) -> bool:
        import keyring
        from keyring.errors import KeyringError

        try:
            keyring.set_password(SERVICE, name, text)
        except (KeyringError, OSError):
            return False
        return True
