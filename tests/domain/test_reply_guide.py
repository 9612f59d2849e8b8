"""The guide to replies says what the catalogues say."""

from chalicelib.domain.reply_words import Said
from tools.replies import DONE, GUIDE, guide


def test_the_guide_to_replies_is_the_one_the_catalogues_make():
    assert GUIDE.read_text("utf-8") == guide(), "run python -m tools.replies"


def test_the_guide_says_of_every_word_what_it_does():
    assert set(DONE) == set(Said)
