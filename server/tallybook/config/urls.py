"""Addresses: the sync protocol, the rest of the API, signing in, and the client for everything else."""

from allauth.headless.account import views as sign_in
from django.urls import include, path, re_path

from tallybook.api import client, edge, history, imports, returning, session, sync_urls, unclaimed

handler400 = edge.explain_400
handler403 = edge.explain_403
handler404 = edge.explain_404
handler500 = edge.explain_500

# Of allauth only what is wanted: nobody signs up, and no mail is sent.
SIGN_IN = [
    path("auth/login", edge.with_problem_bodies(sign_in.LoginView.as_api_view(client="browser")), name="log_in"),
    path(
        "auth/session",
        edge.with_problem_bodies(sign_in.SessionView.as_api_view(client="browser")),
        name="sign_in_session",
    ),
    path(
        "account/password/change",
        edge.with_problem_bodies(sign_in.ChangePasswordView.as_api_view(client="browser")),
        name="change_password",
    ),
]

urlpatterns = [
    path("api/sync/v1/", include(sync_urls)),
    path("api/v1/session", session.show_session, name="session"),
    path("api/v1/contract-imports", imports.save, name="contract_import"),
    path("api/v1/contract-imports/preview", imports.preview, name="contract_import_preview"),
    path("api/v1/contracts/<uuid:contract_id>/records/<uuid:record_id>/history", history.show_history, name="history"),
    path("api/v1/unclaimed", unclaimed.list_all, name="unclaimed"),
    path("api/v1/unclaimed/groups", unclaimed.list_grouped, name="unclaimed_groups"),
    path("api/v1/unclaimed/hand-over", unclaimed.hand_over_chosen, name="unclaimed_hand_over"),
    path("api/v1/unclaimed/set-aside", unclaimed.set_aside_chosen, name="unclaimed_set_aside"),
    path("api/v1/restores", returning.list_all, name="restores"),
    path("api/v1/returns/<uuid:return_id>/entries", returning.list_entries, name="returned_entries"),
    path("_allauth/browser/v1/", include(SIGN_IN)),
    re_path(r"^(?!api/|_allauth/|assets/)", client.show_client, name="client"),
]
