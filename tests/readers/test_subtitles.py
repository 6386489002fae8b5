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
