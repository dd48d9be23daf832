"""The settings of the house for a demo that tests open: passwords are hashed fast, as in every other test."""

from careloop.config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
