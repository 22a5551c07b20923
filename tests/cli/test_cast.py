async def test_the_cast_is_in_the_database(app, house):
    for tenant in house.all:
        person = await app.reads.person(tenant.desk, tenant.first.card_number)
        assert person.beneficiary.name == tenant.first.name
        assert {each.address for each in person.contacts} == {tenant.first.mobile, tenant.first.email}
        assert (await app.reads.provider(tenant.ans, tenant.provider)).active


async def test_who_has_no_contact_is_there_too(app, cambui):
    person = await app.reads.person(cambui.desk, cambui.unreached.card_number)
    assert person.contacts == ()
    assert not person.beneficiary.has_app
