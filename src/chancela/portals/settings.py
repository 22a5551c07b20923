"""Django's settings: what protects people is on, what is not needed is off, and the rest comes from the house's own."""

from typing import Any

from csp.constants import NONE, SELF

from chancela.bootstrap import single_sign_on
from chancela.portals import surroundings

_HERE = surroundings.read()
HTTPS = _HERE.https
DEMO = _HERE.demo
SIGN_ON = _HERE.sign_on

DEBUG = False
SECRET_KEY = _HERE.secret_key
ALLOWED_HOSTS = list(_HERE.hosts)
CSRF_TRUSTED_ORIGINS = list(_HERE.origins)
ROOT_URLCONF = "chancela.portals.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": _HERE.database}

INSTALLED_APPS = [
    # The demo comes first: its templates add to the pages of the others.
    *(["chancela.portals.demo"] if DEMO else []),
    "chancela.portals.schema",
    "chancela.portals.design",
    "chancela.portals.accounts",
    "chancela.portals.provider",
    "chancela.portals.operator",
    "chancela.portals.report",
    "chancela.portals.hand",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "chancela.portals.signon",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "chancela.portals.static_files.static_files",
    "chancela.portals.compression.pages",
    "chancela.portals.guards.no_store",
    "chancela.portals.guards.fetch_site",
    "chancela.portals.guards.language",
    *(["chancela.portals.demo.care.away"] if DEMO else []),
    "chancela.portals.uploads.told",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# ---------------------------------------------------------------- the language of the house

LANGUAGE_CODE = "pt-br"
LANGUAGES = [("pt-br", "Português"), ("en", "English")]
LOCALE_PATHS = [surroundings.FOLDER / "locale"]
FORMAT_MODULE_PATH = ["chancela.portals.formats"]
TIME_ZONE = "America/Sao_Paulo"
USE_TZ = True
USE_I18N = True

# ---------------------------------------------------------------- files

STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "chancela.portals.static_files.HashedStorage"},
}
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.AppDirectoriesFinder"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
# No form of ours is long: 50 procedures of 12 fields. How much a request may bring, and which addresses take a file,
# stands in uploads.py; a document stays in memory until it is sealed, as nothing in clear goes to a disk.
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 800
DATA_UPLOAD_MAX_NUMBER_FILES = 2
FILE_UPLOAD_MAX_MEMORY_SIZE = 13 * 1024 * 1024

# ---------------------------------------------------------------- the web (security.md)

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        # A form that leads on to the house's sign-on: browsers ask this of each address that it is sent on to.
        "form-action": [SELF, *([single_sign_on.origin(SIGN_ON.issuer), *SIGN_ON.origins] if SIGN_ON else [])],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 63_072_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None

_HOST = "__Host-" if HTTPS else ""
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = f"{_HOST}chancela_session"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = f"{_HOST}chancela_csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_NAME = f"{_HOST}chancela_language"
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
PERSON_COOKIE_NAME = f"{_HOST}pessoa"
ENTRY_COOKIE_NAME = f"{_HOST}entrada"
DEVICE_COOKIE_NAME = f"{_HOST}chancela_device"

# ---------------------------------------------------------------- accounts by django-allauth

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
# Django's argon2id asks for 100 MiB, t=2, p=8; ours is OWASP's 46 MiB, t=2, p=1: a desk's machine has two cores.
PASSWORD_HASHERS = ["chancela.portals.accounts.hashing.Argon2id"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "own_home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "chancela.portals.accounts.adapter.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "20/m/ip,5/5m/key"}
ACCOUNT_FORMS = {
    "login": "chancela.portals.accounts.forms.SignIn",
    "reauthenticate": "chancela.portals.accounts.forms.ConfirmPassword",
    "change_password": "chancela.portals.accounts.forms.NewPassword",
}
SOCIALACCOUNT_ADAPTER = "chancela.portals.signon.adapter.SignOns"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [SIGN_ON.app] if SIGN_ON else []}}
MFA_FORMS = {
    "authenticate": "chancela.portals.accounts.forms.SecondFactor",
    "reauthenticate": "chancela.portals.accounts.forms.ConfirmCode",
    "activate_totp": "chancela.portals.accounts.forms.NewApp",
    "add_webauthn": "chancela.portals.accounts.forms.NewKey",
    "edit_webauthn": "chancela.portals.accounts.forms.RenameKey",
}
MFA_ADAPTER = "chancela.portals.accounts.adapter.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Chancela"
MFA_TOTP_TOLERANCE = 1  # RFC 6238, 5.2: one step for clocks and slow hands
MFA_RECOVERY_CODES_SHOW_ONCE = True
SILENCED_SYSTEM_CHECKS: list[str] = []

# What rate limits count: so many entries that nobody can push another's count out of it.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
LOGGING_CONFIG = None
