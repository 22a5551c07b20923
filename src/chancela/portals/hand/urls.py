"""The addresses of the Hand: everything of an operator stands below its ANS register."""

from django.urls import path

from chancela.portals.hand.views import attendance, entrance, generate, home, notices, passkeys, questions, sessions, shell

urlpatterns = [
    path("", entrance.operators, name="hand_doors"),
    path("<slug:ans>/", home.home, name="hand_home"),
    path("<slug:ans>/guias/<uuid:guia_id>/", attendance.attendance, name="hand_attendance"),
    path("<slug:ans>/guias/<uuid:guia_id>/codigo/", attendance.code, name="hand_shown"),
    path("<slug:ans>/guias/<uuid:guia_id>/gerar/", generate.issue, name="hand_issue"),
    path("<slug:ans>/guias/<uuid:guia_id>/nao-fui-eu/", attendance.not_me, name="hand_not_me"),
    path("<slug:ans>/gerar/", generate.generate, name="hand_generate"),
    path("<slug:ans>/avisos/", notices.notices, name="hand_notices"),
    path("<slug:ans>/avisos/desligar/", notices.off, name="hand_notices_off"),
    path("<slug:ans>/ajuda/", questions.questions, name="hand_help"),
    path("<slug:ans>/manifest.webmanifest", shell.manifest, name="hand_manifest"),
    path("<slug:ans>/sw.js", shell.worker, name="hand_worker"),
    path("<slug:ans>/sem-sinal/", shell.offline, name="hand_offline"),
    path("<slug:ans>/entrar/", entrance.sign_in, name="hand_sign_in"),
    path("<slug:ans>/entrar/codigo/", entrance.code, name="hand_code"),
    path("<slug:ans>/entrar/chave/", passkeys.enter, name="hand_passkey_enter"),
    path("<slug:ans>/entrar/chave/pedir/", passkeys.ask_to_enter, name="hand_passkey_ask"),
    path("<slug:ans>/sair/", entrance.leave, name="hand_leave"),
    path("<slug:ans>/conta/", sessions.sessions, name="hand_sessions"),
    path("<slug:ans>/conta/confirmar/", sessions.confirm, name="hand_confirm"),
    path("<slug:ans>/conta/chaves/", passkeys.enrol, name="hand_passkeys"),
    path("<slug:ans>/conta/chaves/pedir/", passkeys.ask_to_enrol, name="hand_passkey_new"),
    path("<slug:ans>/conta/chaves/<uuid:passkey_id>/remover/", passkeys.end, name="hand_passkey_end"),
    path("<slug:ans>/conta/<uuid:session_id>/encerrar/", sessions.end, name="hand_session_end"),
]
