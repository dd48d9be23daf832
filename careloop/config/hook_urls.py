"""The addresses at which machines come in: no sign-in, each call signed."""

from django.urls import URLPattern, path

from careloop.web import hooks

HOOKS: list[URLPattern] = [
    path("hooks/text/in/", hooks.take_text, name="hook-text-in"),
    path("hooks/mail/in/", hooks.take_mail, name="hook-mail-in"),
    path("hooks/text/status/", hooks.take_text_status, name="hook-text-status"),
]
