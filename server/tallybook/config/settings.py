"""Django's settings; what an administrator may change comes from the environment."""

from pathlib import Path

from tallybook.api.middleware import cache_client_file

from .environment import (
    LOOPBACK_HOSTS,
    read_accuracy_by_unit,
    read_data_dir,
    read_database,
    read_public_url,
    read_secret_key,
    read_service_worker,
    read_trusted_proxies,
    read_workers,
)

HSTS_SECONDS = 365 * 24 * 60 * 60

BASE_DIR = Path(__file__).resolve().parents[3]
DATA_DIR = read_data_dir()
CLIENT_DIR = BASE_DIR / "web" / "dist"
SECRET_KEY = read_secret_key(DATA_DIR)
DEBUG = False

PUBLIC_URL, _public_host = read_public_url()
SERVICE_WORKER_IS_ON = read_service_worker()
ALLOWED_HOSTS = [*LOOPBACK_HOSTS, *([_public_host] if _public_host else [])]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []
# Not SECURE_PROXY_SSL_HEADER: it believes the header from whoever sends it. See proxies.py.
TRUSTED_PROXIES = read_trusted_proxies()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "tallybook.accounts",
    "tallybook.ledger",
    "tallybook.contracts",
    "tallybook.inspection",
    "tallybook.sync",
]
MIDDLEWARE = [
    "tallybook.config.proxies.believe_trusted_proxies",
    "tallybook.api.middleware.security_headers",
    "django.middleware.security.SecurityMiddleware",
    "tallybook.api.service_worker.switch_off_worker",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "tallybook.config.urls"
WSGI_APPLICATION = "tallybook.config.wsgi.application"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
APPEND_SLASH = False

DATABASES = {"default": read_database(DATA_DIR)}
WORKERS = read_workers(on_postgresql=DATABASES["default"]["ENGINE"].endswith("postgresql"))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # In the database, so that all processes count the same failures to sign in.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
}

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
ACCOUNT_ADAPTER = "tallybook.accounts.adapter.ClosedAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("browser",)

SESSION_COOKIE_AGE = 60 * 24 * 60 * 60  # a season's absence should not cost a sign-in
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = PUBLIC_URL.startswith("https:")
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
CSRF_FAILURE_VIEW = "tallybook.api.edge.refuse_csrf"
SECURE_CONTENT_TYPE_NOSNIFF = True
# Only where the whole host is Tallybook's; see docs/decisions/0002-https.md.
SECURE_HSTS_SECONDS = HSTS_SECONDS if f"https://{_public_host}" == PUBLIC_URL else 0

DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024  # each endpoint has a smaller limit of its own
WHITENOISE_ROOT = CLIENT_DIR if CLIENT_DIR.is_dir() else None
WHITENOISE_AUTOREFRESH = False
WHITENOISE_USE_FINDERS = False
WHITENOISE_MAX_AGE = 0
WHITENOISE_ADD_HEADERS_FUNCTION = cache_client_file
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/assets/.+$"
STATIC_URL = "/assets/"
STATIC_ROOT = None

LANGUAGE_CODE = "en-us"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"standard_error": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["standard_error"], "level": "WARNING"},
    # What the answer says already: that somebody is not signed in, or asked for another host.
    "loggers": {"django.request": {"level": "ERROR"}, "django.security.DisallowedHost": {"level": "CRITICAL"}},
}

# Decimals of an item's quantities where neither its file nor the command says: by unit, * for every other.
ACCURACY_BY_UNIT = read_accuracy_by_unit()
