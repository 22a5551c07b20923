"""The addresses of the operator's desk."""

from django.urls import path

from chancela.portals.operator.views import calls, cases, deliveries, front, staff, trail, trail_check

urlpatterns = [
    path("", front.index, name="operator"),
    path("central/", calls.index, name="operator_calls"),
    path("central/abrir/", calls.begin, name="call_begin"),
    path("central/<uuid:call_id>/", calls.call, name="call"),
    path("central/<uuid:call_id>/quem/", calls.name, name="call_name"),
    path("central/<uuid:call_id>/resposta/", calls.answer, name="call_answer"),
    path("central/<uuid:call_id>/ler/", calls.read, name="call_read"),
    path("central/<uuid:call_id>/fim/", calls.end, name="call_end"),
    path("central/<uuid:call_id>/guias/<uuid:guia_id>/enviar/", calls.send, name="call_send"),
    path("central/<uuid:call_id>/guias/<uuid:guia_id>/nao-pedi/", calls.report, name="call_report"),
    path("entregas/", deliveries.deliveries, name="operator_deliveries"),
    path("casos/", cases.cases, name="operator_cases"),
    path("casos/<uuid:guia_id>/", cases.close, name="close_report"),
    path("contatos/<uuid:contact_id>/", cases.review, name="review_contact"),
    path("equipe/", staff.people, name="operator_staff"),
    path("equipe/nova/", staff.new, name="operator_staff_new"),
    path("equipe/prestador/", staff.new_at_provider, name="operator_staff_provider"),
    path("equipe/papeis/", staff.roles, name="operator_roles"),
    path("equipe/<int:account_id>/", staff.account, name="operator_account"),
    path("equipe/<int:account_id>/acesso/", staff.access, name="operator_access"),
    path("trilha/", trail.trail, name="operator_trail"),
    path("trilha/exportar/", trail.export, name="operator_trail_export"),
    path("trilha/verificacao/", trail_check.check, name="operator_trail_check"),
    path("trilha/verificacao/agora/", trail_check.ask, name="operator_trail_check_ask"),
    path("trilha/guias/<uuid:guia_id>/", trail.guia, name="operator_trail_guia"),
    path("trilha/pessoas/<uuid:person_id>/", trail.person, name="operator_trail_person"),
    path("trilha/pessoas/<uuid:person_id>/visto/", trail.seen_of_person, name="operator_trail_seen_of"),
    path("trilha/pessoas/<uuid:person_id>/visto/csv/", trail.export_seen, name="operator_trail_export_seen"),
    path("trilha/contas/<str:login>/visto/", trail.seen_by_account, name="operator_trail_seen_by"),
]
