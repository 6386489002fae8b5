import pytest

from pipeline.readers.reading import Unreadable


def cues(*texts, seconds=2.0):
    lines = ["WEBVTT", ""]
    for number, text in enumerate(texts):
        start = number * seconds
        lines += [
            f"00:{int(start // 60):02}:{start % 60:06.3f} --> 00:{int((start + 2) // 60):02}:{(start + 2) % 60:06.3f}"
        ]
        lines += [text, ""]
    return "\n".join(lines)


def test_cues_of_one_speaker_are_joined_and_keep_the_time_of_the_first(read):
    reading = read("overleg.vtt")
    assert [(block.speaker, block.time_s, block.line, block.text) for block in reading.blocks] == [
        ("Jorien Haverkamp", 1.0, 3, "Goedemiddag, we gaan het hebben over de begroting & de uren."),
        ("Bas Uitdewilligen", 5.5, 9, "wie betaalt dat eigenlijk"),
        ("Jorien Haverkamp", 8.0, 15, "Goede vraag."),
    ]
    assert reading.warnings == ("1 of 5 cues are malformed and were left out",)


def test_names_before_what_is_said_are_speakers_and_open_a_turn(read):
    assert [(block.speaker, block.text) for block in read("overleg.srt").blocks] == [
        ("Mieke op de Hoek", "Ik maak me zorgen over de kleine scholen."),
        ("Mieke op de Hoek", "Hoe gaat dat straks."),
        ("Bas Uitdewilligen", "Dat weet niemand."),
    ]


def test_a_word_before_a_colon_is_no_speaker(read):
    blocks = read("a.vtt", cues("Kijk: dat bedoel ik.", "Precies dat.")).blocks
    assert [(block.speaker, block.text) for block in blocks] == [(None, "Kijk: dat bedoel ik. Precies dat.")]


def test_rolling_subtitles_say_everything_once(read):
    blocks = read("a.vtt", cues("we gaan", "we gaan nu beginnen", "we gaan nu beginnen met de vraag")).blocks
    assert [block.text for block in blocks] == ["we gaan nu beginnen met de vraag"]


def test_a_long_silence_ends_an_utterance(read):
    assert len(read("a.vtt", cues("Dat was het.", "Nog iets.", seconds=60.0)).blocks) == 2


def test_two_voices_in_one_cue_are_told_apart(read):
    blocks = read("a.vtt", cues("<v Bas>ja</v> <v.hard Mieke>nee</v>")).blocks
    assert [(block.speaker, block.text) for block in blocks] == [("Bas", "ja"), ("Mieke", "nee")]


def test_more_cues_than_the_limit_and_none_at_all_are_refused(read):
    with pytest.raises(Unreadable, match="max_cues"):
        read("a.vtt", cues("a", "b", "c"), max_cues=2)
    with pytest.raises(Unreadable, match="time codes"):
        read("geen-tijden.vtt")


def test_a_cue_that_starts_with_the_end_of_the_one_before_says_it_once(read):
    text = (
        "WEBVTT\n\n00:01.000 --> 00:05.000\n<v Bas>hoe gaan we dat doen\n\n"
        "00:04.500 --> 00:07.000\n<v Bas>we dat doen met minder geld?\n\n"
        "00:06.500 --> 00:08.000\n<v Mieke>met minder geld? nee toch\n"
    )
    assert [(block.speaker, block.text) for block in read("a.vtt", text).blocks] == [
        ("Bas", "hoe gaan we dat doen met minder geld?"),
        ("Mieke", "met minder geld? nee toch"),
    ]


def test_two_dashes_in_a_cue_are_two_speakers(read):
    blocks = read("a.srt", "1\n00:00:01,000 --> 00:00:03,000\n- Wie betaalt dat?\n- Geen idee.\n").blocks
    assert [block.text for block in blocks] == ["Wie betaalt dat?", "Geen idee."]


@pytest.mark.parametrize("timing", ["00:00:01,000 -> 00:00:03,000", "00:00:01 --> 00:00:03", "0:01.5 → 0:03.25"])
def test_time_codes_in_other_notations_are_read(read, timing):
    (block,) = read("a.srt", f"1\n{timing}\nWie betaalt dat?\n").blocks
    assert block.text == "Wie betaalt dat?"
    assert 1.0 <= block.time_s <= 1.5
