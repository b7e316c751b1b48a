"""Sync as a Django application."""

from django.apps import AppConfig


class SyncConfig(AppConfig):
    """Tables of checkouts, unclaimed operations and this installation."""

    name = "tallybook.sync"
