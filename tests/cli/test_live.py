import pytest
from psycopg import connect


def test_the_live_demo_serves(live):
    assert live.url.startswith("http://127.0.0.1:")
    assert [each["ans"] for each in live.told["operators"]] == ["999001", "999002", "999003"]
    with connect(live.database_url) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


@pytest.mark.browser
def test_a_browser_opens_the_demo(live, browser):
    page = browser.new_page()
    answer = page.goto(live.url)
    assert answer.status == 200
    page.close()
