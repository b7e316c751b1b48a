"""Contracts as a Django application."""

from django.apps import AppConfig


class ContractsConfig(AppConfig):
    """Tables of contracts, projects, items and the people on a contract."""

    name = "tallybook.contracts"
