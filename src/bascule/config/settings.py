"""Django's settings. Every value that a district may set comes from `environment`."""

from pathlib import Path

from bascule.kernel.environment import ENVIRONMENT

SOURCE = Path(__file__).resolve().parent.parent

PRODUCTION = ENVIRONMENT.is_production
DEBUG = False
SECRET_KEY, *SECRET_KEY_FALLBACKS = ENVIRONMENT.secret_keys()
ALLOWED_HOSTS = ENVIRONMENT.text("HOSTS", "localhost 127.0.0.1 [::1] testserver").split()
CSRF_TRUSTED_ORIGINS = ENVIRONMENT.text("ORIGINS").split()

INSTALLED_APPS = [
    "bascule.directory",
    "bascule.access",
    "bascule.roster",
    "bascule.cases",
    "bascule.metrics",
    "bascule.mobility",
    "bascule.feeds",
    "bascule.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "template_partials",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "bascule.web.middleware.SecurityHeaders",
    "bascule.web.middleware.OneTransaction",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "bascule.web.middleware.ActingPerson",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SOURCE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bascule.web.context.chrome",
            ],
            "builtins": ["bascule.web.templatetags.bascule"],
        },
    }
]

ROOT_URLCONF = "bascule.config.urls"
WSGI_APPLICATION = "bascule.config.wsgi.application"

DATABASES = {
    "default": ENVIRONMENT.database(ENVIRONMENT.run_as),
    "ledger": ENVIRONMENT.database("ledger"),
}
DATABASE_ROUTERS = ["bascule.access.ledger_router.LedgerRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "/"
DEMO_SIGN_IN = not PRODUCTION
# Whom families call about their request (docs/look-up/settings.md); the demo's number is invented.
DEMO_FAMILY = "" if PRODUCTION else "the-family-of-the-demo"  # the secret of its page's address
FAMILY_PHONE = ENVIRONMENT.text("FAMILY_PHONE", "" if PRODUCTION else "773-555-0142")

# "yes" lets the night ask the links of procedures over the network; else nobody asks them.
CHECK_LINKS = ENVIRONMENT.text("CHECK_LINKS") == "yes"

# Mail goes to the district's server, in the demo into a folder, and else nowhere.
MAIL = ENVIRONMENT.mail()
EMAIL_BACKEND = f"django.core.mail.backends.{MAIL['BACKEND']}.EmailBackend"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL["FROM"]
EMAIL_HOST, EMAIL_PORT = MAIL.get("HOST", ""), MAIL.get("PORT", 0)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.get("USER") or "", MAIL.get("PASSWORD", "")
EMAIL_USE_SSL, EMAIL_USE_TLS = MAIL.get("SSL", False), MAIL.get("TLS", False)
EMAIL_FILE_PATH, EMAIL_TIMEOUT = MAIL.get("FOLDER"), 10  # seconds

# Accounts come from the district and are never opened by who signs in (docs/do/sign-in.md).
ACCOUNT_ADAPTER = "bascule.web.sign_in_rules.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
MFA_ADAPTER = "bascule.web.sign_in_rules.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Bascule"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
OIDC = ENVIRONMENT.oidc()
SOCIALACCOUNT_ADAPTER = "bascule.web.sign_in_rules.DistrictAccounts"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [OIDC] if OIDC else []}
}
# Attempts are counted in the database: every process of every server counts the same.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "access_attempt",
    }
}
ALLAUTH_TRUSTED_PROXY_COUNT = int(ENVIRONMENT.text("PROXIES", "1" if PRODUCTION else "0"))

SESSION_ENGINE = "bascule.access.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
FORMAT_MODULE_PATH = ["bascule.config.formats"]
LOCALE_PATHS = [SOURCE / "locale"]
USE_TZ = True
TIME_ZONE = ENVIRONMENT.text("TIME_ZONE", "America/Chicago")

STATIC_URL = "static/"
STATIC_ROOT = ENVIRONMENT.text("STATIC") or None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
