"""What no password may be made of, and how secrets of machines are hashed."""

import re
from hashlib import sha256
from typing import Any

from django.contrib.auth.hashers import BasePasswordHasher
from django.core.exceptions import ValidationError
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext, gettext_lazy

from tinhso.kernel.text import fold

# Documented in docs/start/operate.md (ASVS 5.0, 6.1.2).
OURS = ("tinhso", "quangninh", "halong", "matkhau", "dichvucong", "motcua", "canbo")
TOO_EASY = gettext_lazy(
    "Mật khẩu chỉ gồm tên, tên đăng nhập hay từ dễ đoán. Hãy thêm những từ khác."
)
SHORTEST_REST = 8


class NothingOfOurs:
    """Refuse a password that is little more than one's name or the province's."""

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse what leaves fewer than eight characters besides such words."""
        rest = re.sub(r"[^a-z0-9]", "", fold(password))
        for word in (*OURS, *_own(user)):
            rest = rest.replace(word, "")
        if len(rest) < SHORTEST_REST:
            raise ValidationError(str(TOO_EASY), code="password_too_easy")

    def get_help_text(self) -> str:
        """Say the rule."""
        return gettext("Đừng dùng tên mình, tên đăng nhập, tên tỉnh làm mật khẩu.")


def _own(user: Any) -> list[str]:
    """List the words of somebody: their sign-in name, and what it is made of."""
    name = fold(getattr(user, "username", "") or "")
    parts = re.split(r"[^a-z0-9]+", name)
    return sorted({part for part in parts if len(part) > 2}, key=len, reverse=True)


class RandomSecretHasher(BasePasswordHasher):
    """SHA-256 for secrets of 256 random bits, which nobody guesses however fast it is.

    Never for what people choose.
    """

    algorithm = "random_sha256"

    def encode(self, password: str, salt: str) -> str:
        """Hash a secret."""
        digest = sha256(f"{salt}:{password}".encode()).hexdigest()
        return f"{self.algorithm}${salt}${digest}"

    def decode(self, encoded: str) -> dict[str, Any]:
        """Take apart what is kept."""
        algorithm, salt, digest = encoded.split("$", 2)
        return {"algorithm": algorithm, "salt": salt, "hash": digest}

    def verify(self, password: str, encoded: str) -> bool:
        """Tell whether a secret is the one that was hashed."""
        salt = self.decode(encoded)["salt"]
        return constant_time_compare(encoded, self.encode(password, salt))

    def safe_summary(self, encoded: str) -> Any:
        """Show nothing of it."""
        return {"algorithm": self.algorithm}

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Take no longer for anybody."""
