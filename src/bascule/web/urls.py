"""Every address of the pages."""

from django.urls import path

from bascule.web.views import (
    cases,
    district_sign_in,
    exports,
    factors,
    feeds,
    measures,
    nights,
    notices,
    sign_in,
    students,
    today,
)

urlpatterns = [
    path("", today.today_page, name="today"),
    path("students/", students.students, name="students"),
    path("students/<uuid:uuid>/", students.student, name="student"),
    path("cases/", cases.cases, name="cases"),
    path("cases/<uuid:uuid>/", cases.case, name="case"),
    path("cases/<uuid:uuid>/steps/<slug:key>/", cases.step, name="case-step"),
    path("cases/<uuid:uuid>/notes/", cases.note, name="case-note"),
    path("measures/", measures.measures, name="measures"),
    path("measures/schools/<uuid:uuid>/", measures.switchboard, name="switchboard"),
    path("nights/", nights.last_night, name="last-night"),
    path("feeds/", feeds.feeds, name="feeds"),
    path("feeds/<uuid:uuid>/", feeds.feed_run, name="feed-run"),
    path("exports/", exports.exports, name="exports"),
    path("exports/<uuid:uuid>/file/", exports.export_file, name="export-file"),
    path("notices/seen/", notices.notices_seen, name="notices-seen"),
    path("factors/", factors.factors, name="mfa_index"),
    path("factors/app/", factors.add_app, name="mfa_activate_totp"),
    path("factors/passkeys/", factors.add_passkey, name="mfa_add_webauthn"),
    path("factors/passkeys/begin/", factors.passkey_creation, name="passkey-creation"),
    path("factors/<int:pk>/remove/", factors.remove_factor, name="factor-remove"),
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path("sign-in/", sign_in.sign_in, name="account_login"),
    path("sign-in/second/", sign_in.second_factor, name="mfa_authenticate"),
    path("sign-in/passkey/", sign_in.sign_in_by_passkey, name="mfa_login_webauthn"),
    path("sign-in/passkey/begin/", sign_in.passkey_challenge, name="passkey-challenge"),
    path(
        "sign-in/with/<slug:provider_id>/",
        district_sign_in.district_sign_in,
        name="openid_connect_login",
    ),
    path(
        "sign-in/with/<slug:provider_id>/return/",
        district_sign_in.district_return,
        name="openid_connect_callback",
    ),
    path("sign-in/<slug:username>/", sign_in.sign_in_as, name="sign-in-as"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("healthz", nights.health, name="health"),
]
