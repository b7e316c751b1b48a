"""Inspection as a Django application."""

from django.apps import AppConfig


class InspectionConfig(AppConfig):
    """Tables of what is written in the field."""

    name = "tallybook.inspection"
