"""What a carrier took today: told by the database again and again, sometimes late."""

from chancela.worker.porter import Purse


def test_a_look_that_comes_back_late_gives_nothing_back():
    purse = Purse()
    purse.learn({"dear": 200, "cheap": 10})
    purse.learn({"dear": 100})
    purse.learn({"cheap": 20})
    assert (purse.of("dear"), purse.of("cheap"), purse.of("new")) == (200, 20, 0)
