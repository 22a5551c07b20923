"""The three manuals: each rule of a shipped policy, with the sentence that it comes from."""

from chancela.domain import message as messages
from chancela.domain.contact import ContactKind, ContactState
from chancela.domain.delivery import Channel, Purpose
from chancela.domain.guia import Attendance, Status, status
from chancela.domain.ladder import CHOSEN, Climb
from chancela.domain.message import Occasion
from chancela.domain.policy import ContactDoor, NoCode
from chancela.domain.profiles import LATEST_CODE_WINS, ONE_CODE_PER_GUIA, PUSH_PER_ATTENDANCE
from chancela.domain.refusal import Refusal
from tests.usecases.scene import AUDITED, CPF, DENIED, DOCUMENTED, EMAIL, MOBILE, OK, Scene, reason

LANDLINE = ((ContactKind.LANDLINE, "+554130241234", ContactState.CONFIRMED),)
APP, SMS, BY_EMAIL = Channel.APP, Channel.SMS, Channel.EMAIL


def ways(case: object) -> list[Channel]:
    return [each.channel for each in case.deliveries]


def seen(scene: Scene, *codes: str) -> Status:
    return status(scene.register(*codes).guia, scene.memory.now.date())


class TestAGuiaNeedsACode:
    def test_push_per_attendance_when_the_provider_validates_the_attendance(self):
        """000_d77649745db31e55: «No momento de seu atendimento, será solicitado pelos nossos credenciados que informe
        o código que você recebeu, para que ele faça a validação.»
        """
        scene = Scene(PUSH_PER_ATTENDANCE)
        assert [seen(scene, code) for code in (OK, AUDITED, DOCUMENTED)] == [Status.AWAITING_TOKEN] * 3
        assert seen(scene, DENIED) is Status.DENIED

    def test_latest_code_wins_when_at_least_one_procedure_is_authorised(self):
        """001_5c5e71990aef1e20: «Se em seu pedido de tratamento, ao menos um procedimento tiver sido autorizado, você
        pode informar o token ao dentista.»
        """
        scene = Scene(LATEST_CODE_WINS)
        assert [seen(scene, OK, other) for other in (DENIED, AUDITED, DOCUMENTED)] == [Status.AWAITING_TOKEN] * 3
        assert [seen(scene, code) for code in (AUDITED, DENIED)] == [Status.UNDER_ANALYSIS, Status.DENIED]

    def test_latest_code_wins_leaves_the_authorisation_as_it_is(self):
        """001_5c5e71990aef1e20: «A geração e a validação do token não interferem em nada a sistemática de autorização
        de procedimentos de seu tratamento.»
        """
        scene = Scene(LATEST_CODE_WINS)
        case = scene.issue(scene.register(OK, AUDITED))
        done = scene.validate(case, scene.code(case))
        assert (done.guia.authorisation, done.guia.procedures) == (case.guia.authorisation, case.guia.procedures)

    def test_one_code_per_guia_when_the_analysis_finds_no_impediment(self):
        """002_037fd997c24f6baa: «o sistema analisará os procedimentos e dados inseridos para liberação
        (levantamento/auditório, ato complementar, entre outras opções). Caso não exista qualquer impedimento, a guia
        assumirá o status AGUARDANDO TOKEN.»
        """
        scene = Scene(ONE_CODE_PER_GUIA)
        assert seen(scene, OK) is Status.AWAITING_TOKEN
        assert [seen(scene, OK, other) for other in (AUDITED, DOCUMENTED)] == [Status.UNDER_ANALYSIS] * 2

    def test_one_code_per_guia_is_validada_after_its_token(self):
        """002_037fd997c24f6baa: «Após a validação do token a guia assumirá o status de VALIDADA»"""
        scene = Scene(ONE_CODE_PER_GUIA)
        case = scene.awaiting()
        assert scene.validate(case, scene.code(case)).guia.attendance is Attendance.VALIDATED


class TestACodeGoesOutBy:
    def test_push_per_attendance_app_sms_and_email_together(self):
        """000_d77649745db31e55: «Todos os clientes com aplicativo receberão o código.» «você receberá um SMS com o
        código.» «O Token será enviado para o seu e-mail cadastrado.»
        """
        assert ways(Scene(PUSH_PER_ATTENDANCE).awaiting()) == [APP, SMS, BY_EMAIL]

    def test_push_per_attendance_sms_where_there_is_no_app(self):
        """000_d77649745db31e55: «Não conseguiu fazer o download do aplicativo? Fique tranquilo, você receberá um SMS
        com o código.»
        """
        assert ways(Scene(PUSH_PER_ATTENDANCE, has_app=False).awaiting()) == [SMS, BY_EMAIL]

    def test_latest_code_wins_sms_and_email_together(self):
        """001_5c5e71990aef1e20: «enviado por SMS ao celular e e-mail que estiverem cadastrados.»"""
        assert ways(Scene(LATEST_CODE_WINS).awaiting()) == [SMS, BY_EMAIL]

    def test_latest_code_wins_keeps_the_code_for_48_hours_and_then_gives_a_new_one(self):
        """001_5c5e71990aef1e20: «Os códigos serão armazenados por 48 horas, mas não se preocupe, porque, se
        necessário o dentista responsável pelo seu tratamento poderá gerar um novo Token caso o anterior tenha
        expirado.»
        """
        scene = Scene(LATEST_CODE_WINS)
        case = scene.awaiting()
        scene.later(hours=48, seconds=-1)
        assert scene.code(scene.now(case)) == scene.code(case)
        scene.later(seconds=1)
        assert scene.issue(case).token.generation == 2

    def test_one_code_per_guia_the_channel_chosen_in_the_dialog(self):
        """002_037fd997c24f6baa: «o sistema mostrará uma tela pop-up solicitando o canal de envio do token, que será
        utilizado como padrão para os próximos atendimentos, mas poderá ser alterado caso seja desejo do beneficiário.»
        """
        scene = Scene(ONE_CODE_PER_GUIA)
        assert ways(scene.issue(scene.register(), channel=APP)) == [APP]
        assert ways(scene.issue(scene.register())) == [APP]
        assert ways(scene.issue(scene.register(), channel=SMS)) == [SMS]
        assert ways(scene.issue(scene.register())) == [SMS]

    def test_one_code_per_guia_the_chosen_channel_alone_and_no_other_by_itself(self):
        """002_037fd997c24f6baa: «SMS - enviado diretamente para o celular» e «solicitando o canal de envio do token»:
        what follows is what the provider picks.
        """
        scene = Scene(ONE_CODE_PER_GUIA)
        case = scene.issue(scene.register(), channel=SMS)
        assert case.climb == Climb(CHOSEN, None)
        scene.later(hours=1)
        assert scene.climb() == 0
        assert ways(scene.now(case)) == [SMS]

    def test_one_code_per_guia_offers_the_number_on_file(self):
        """002_037fd997c24f6baa: «se a opção escolhida para envio do token foi o SMS, o sistema usará como padrão o
        número informado. Nesse caso, basta clicar em enviar SMS»
        """
        scene = Scene(ONE_CODE_PER_GUIA)
        assert [each.to for each in scene.issue(scene.register()).deliveries] == ["(41) *****-5949"]

    def test_dependants_get_codes_like_holders(self):
        """000_d77649745db31e55: «O Token pode ser encaminhado para todos os clientes – titulares e dependentes.»"""
        scene = Scene(PUSH_PER_ATTENDANCE, relation="child", holder_id=None)
        assert scene.awaiting().token is not None

    def test_a_code_has_six_digits(self):
        """000_d77649745db31e55: «O Token é um código de segurança composto por 6 (seis) dígitos»"""
        scene = Scene(PUSH_PER_ATTENDANCE)
        assert len(scene.code(scene.awaiting())) == 6


class TestASecondRequest:
    def test_push_per_attendance_gives_the_same_code_again(self):
        """000_d77649745db31e55: «Você também pode consultar a qualquer momento»"""
        scene = Scene(PUSH_PER_ATTENDANCE)
        first = scene.awaiting()
        assert scene.code(scene.again(first)) == scene.code(first)

    def test_latest_code_wins_annuls_the_first(self):
        """001_5c5e71990aef1e20: «considere sempre o último token recebido, pois o segundo anula a validade do
        primeiro.»
        """
        scene = Scene(LATEST_CODE_WINS)
        scene.memory.chance.next_codes += ["111111", "222222"]
        second = scene.again(scene.awaiting())
        assert reason(scene.validate(second, "111111")) == Refusal.CODE_REFUSED
        assert scene.validate(second, "222222").validation is not None

    def test_latest_code_wins_names_the_treatment_in_the_message(self):
        """001_5c5e71990aef1e20: «Verifique na mensagem de cada Token se ambos são referentes ao mesmo número de
        Tratamento»
        """
        case = Scene(LATEST_CODE_WINS).awaiting()
        occasion = Occasion(Purpose.CODE, case.guia.number, case.token.expires_at, "a.br", code="111111")
        assert all(case.guia.number in messages.compose(each, occasion).text for each in Channel)

    def test_one_code_per_guia_gives_every_new_guia_its_own(self):
        """002_037fd997c24f6baa: «O código numérico de segurança é válido apenas uma vez. Ou seja, a cada nova guia de
        atendimento, mesmo que sejam várias do mesmo beneficiário, um novo código deve ser gerado.»
        """
        scene = Scene(ONE_CODE_PER_GUIA)
        scene.memory.chance.next_codes += ["111111", "222222"]
        one, other = scene.awaiting(), scene.awaiting()
        assert reason(scene.validate(other, "111111")) == Refusal.CODE_REFUSED
        assert scene.validate(one, "111111").validation is not None
        assert reason(scene.validate(one, "111111")) == Refusal.GUIA_VALIDATED


class TestAFirstContact:
    def test_push_per_attendance_registered_data_only(self):
        """000_d77649745db31e55: «O Token será enviado para o seu e-mail cadastrado. Mantenha sempre atualizado.»"""
        scene = Scene(PUSH_PER_ATTENDANCE, contacts=LANDLINE, has_app=False)
        assert reason(scene.issue(scene.register(), phone=MOBILE[3:])) == Refusal.CONTACT_ON_FILE

    def test_latest_code_wins_registered_data_only(self):
        """001_5c5e71990aef1e20: «Para ter acesso, seus dados e de seus dependentes precisam estar atualizados.»"""
        scene = Scene(LATEST_CODE_WINS, contacts=LANDLINE)
        assert reason(scene.issue(scene.register(), email=EMAIL)) == Refusal.CONTACT_ON_FILE

    def test_one_code_per_guia_the_provider_may_type_area_code_and_mobile(self):
        """002_037fd997c24f6baa: «Ao inserir o DDD e celular será enviado gratuitamente um SMS para o número
        indicado.»
        """
        scene = Scene(ONE_CODE_PER_GUIA, contacts=LANDLINE, has_app=False)
        assert ways(scene.issue(scene.register(), phone="41 90000-5949")) == [SMS]
        assert scene.contacts[-1].state is ContactState.PROVISIONAL

    def test_one_code_per_guia_the_email_way_also_asks_the_cpf(self):
        """002_037fd997c24f6baa: «preencha corretamente o endereço eletrônico fornecido pelo beneficiário.» A tela
        pede também o CPF do beneficiário.
        """
        scene = Scene(ONE_CODE_PER_GUIA, contacts=LANDLINE, has_app=False)
        assert reason(scene.issue(scene.register(), email=EMAIL)) == Refusal.CPF_MISMATCH
        assert ways(scene.issue(scene.register(), email=EMAIL, cpf=CPF)) == [BY_EMAIL]


class TestAChangeOfContact:
    def test_push_per_attendance_by_app_site_or_call_centre(self):
        """000_d77649745db31e55: «Lembre-se de manter os seus dados e dos seus dependentes sempre atualizados.»"""
        assert PUSH_PER_ATTENDANCE.contact_doors == (ContactDoor.APP, ContactDoor.SITE, ContactDoor.CALL_CENTRE)

    def test_latest_code_wins_by_app_or_call_centre(self):
        """001_5c5e71990aef1e20: «Para cadastrar ou atualizar suas informações, acesse o App … ou entre em contato com
        nossa Central de Atendimento»
        """
        assert LATEST_CODE_WINS.contact_doors == (ContactDoor.APP, ContactDoor.CALL_CENTRE)

    def test_one_code_per_guia_by_the_call_centre_only_and_the_provider_is_told_so(self):
        """002_037fd997c24f6baa: «Caso o beneficiário deseje alterar seu telefone celular de contato, será necessário
        entrar em contato com o Serviço de Atendimento ao Beneficiário»
        """
        scene = Scene(ONE_CODE_PER_GUIA)
        assert ONE_CODE_PER_GUIA.contact_doors == (ContactDoor.CALL_CENTRE,)
        assert reason(scene.issue(scene.register(), phone="41 90000-1111")) == Refusal.CONTACT_ON_FILE

    def test_no_desk_replaces_what_is_on_file(self):
        """000_d77649745db31e55: «Os códigos gerados são de uso exclusivo … Não podem ser usados por terceiros.»"""
        for policy in (PUSH_PER_ATTENDANCE, LATEST_CODE_WINS, ONE_CODE_PER_GUIA):
            scene = Scene(policy)
            before = scene.contacts
            assert reason(scene.issue(scene.register(), phone="41 90000-1111")) == Refusal.CONTACT_ON_FILE
            assert scene.contacts == before


class TestWithoutACode:
    def test_push_per_attendance_the_teams_carry_on_with_a_recorded_reason(self):
        """000_d77649745db31e55: «Não se preocupe! As equipes dos hospitais, laboratórios e consultórios médicos estão
        preparados para dar sequência ao seu atendimento.»
        """
        assert PUSH_PER_ATTENDANCE.no_code == (NoCode.RECORDED_REASON,)

    def test_latest_code_wins_late_token_printed_guia_or_contingency(self):
        """001_5c5e71990aef1e20: «Em último caso, você poderá fornecer o token tardio»; «o dentista poderá imprimir uma
        Guia de Tratamento e solicitar sua assinatura nos procedimentos após realizá-los.»; «seguir com uma guia de
        contingência»
        """
        assert LATEST_CODE_WINS.no_code == (NoCode.LATE_TOKEN, NoCode.PRINTED_GUIA, NoCode.CONTINGENCY_GUIA)

    def test_one_code_per_guia_the_person_rings_the_call_centre(self):
        """002_037fd997c24f6baa: «Na ausência de celular ou e-mail, o beneficiário poderá ligar na Central de
        Atendimento ao Beneficiário»
        """
        assert ONE_CODE_PER_GUIA.no_code == (NoCode.CALL_CENTRE,)
        scene = Scene(ONE_CODE_PER_GUIA, contacts=LANDLINE, has_app=False)
        scene.carries(APP, SMS, BY_EMAIL)
        assert reason(scene.issue(scene.register())) == Refusal.NO_CONTACT
