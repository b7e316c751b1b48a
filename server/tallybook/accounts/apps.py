"""Accounts as a Django application."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Tables of people and their tokens."""

    name = "tallybook.accounts"
