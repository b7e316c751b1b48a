"""Addresses of the sync protocol, under /api/sync/v1."""

from django.urls import path

from . import backups, known, sync_contracts, sync_ledger

urlpatterns = [
    path("backups", backups.upload, name="backup_upload"),
    path("backups/<uuid:backup_id>", backups.delete, name="backup_delete"),
    path("backups/<uuid:backup_id>/preview", backups.preview, name="backup_preview"),
    path("backups/<uuid:backup_id>/merge", backups.merge, name="backup_merge"),
    path("contracts", sync_contracts.list_all, name="sync_contracts"),
    path("contracts/<uuid:contract_id>/checkouts", sync_contracts.register, name="sync_check_out"),
    path("contracts/<uuid:contract_id>/checkouts/<uuid:device>", sync_contracts.give_back, name="sync_check_in"),
    path("contracts/<uuid:contract_id>/feed", sync_ledger.feed, name="sync_feed"),
    path("contracts/<uuid:contract_id>/known", known.tell_known, name="sync_known"),
    path("contracts/<uuid:contract_id>/operations", sync_ledger.push, name="sync_push"),
]
