"""How passwords are kept: argon2id with 46 MiB, two passes, one lane (OWASP; more than security.md asks)."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """Memory in KiB."""

    time_cost = 2
    memory_cost = 46 * 1024
    parallelism = 1
