"""The pages of an account. What allauth offers beyond these (sign-up, e-mail, reset by mail) has no address here."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from chancela.portals.accounts import invitations, views

urlpatterns = [
    path("mesa/", views.own_home, name="own_home"),
    path("entrar/", views.SignIn.as_view(), name="account_login"),
    path("entrar/codigo/", mfa.authenticate, name="mfa_authenticate"),
    path("entrar/chave/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("sair/", account.logout, name="account_logout"),
    path("inativa/", account.account_inactive, name="account_inactive"),
    path("convite/<str:secret>/", invitations.invitation, name="invitation"),
    path("confirmar/", account.reauthenticate, name="account_reauthenticate"),
    path("confirmar/codigo/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("confirmar/chave/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("senha/", views.change_password, name="account_change_password"),
    path("seguranca/", mfa.index, name="mfa_index"),
    path("seguranca/aplicativo/", views.ActivateApp.as_view(), name="mfa_activate_totp"),
    path("seguranca/aplicativo/retirar/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("seguranca/recuperacao/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("seguranca/recuperacao/novos/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("seguranca/chaves/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("seguranca/chaves/nova/", views.AddKey.as_view(), name="mfa_add_webauthn"),
    path("seguranca/chaves/<int:pk>/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("seguranca/chaves/<int:pk>/retirar/", views.RemoveKey.as_view(), name="mfa_remove_webauthn"),
]
