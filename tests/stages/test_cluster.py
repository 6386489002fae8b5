import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from pipeline.config import ClusterSettings
from pipeline.stages.cluster import cluster
from pipeline.tables import (
    FOUND_THEMES,
    GONE_THEMES,
    PREVIOUS_THEMES,
    QUESTION_THEMES,
    QUESTIONS,
    SEGMENTS,
    THEMES,
    check,
)
from tests.make import make_questions, make_segments
from tests.planted import SUBJECTS, WordEncoder, planted

SETTINGS = ClusterSettings(min_questions=7, exploratory_below=30, max_exact=5000, n_bootstrap=20)


def run(segments, questions, previous=None, settings=SETTINGS):
    previous = PREVIOUS_THEMES.frame() if previous is None else previous
    results = cluster(segments, questions, previous, settings, encoder=WordEncoder(), seed=1)
    for frame, table in zip(results, (THEMES, QUESTION_THEMES, GONE_THEMES, FOUND_THEMES), strict=True):
        check(frame, table, made_by="cluster")
    return results


def agreement(members, answers):
    placed = members.set_index("question_id")["theme_id"]
    return adjusted_rand_score(list(answers.values()), [placed[question] for question in answers])


def test_cluster_finds_the_subjects_that_were_planted_behind_a_shared_frame():
    segments, questions, answers = planted(SUBJECTS, 12)
    themes, members, *_ = run(segments, questions)
    assert agreement(members, answers) > 0.9
    assert themes["n_questions"].sum() == len(questions)


def test_the_order_of_rows_changes_nothing():
    segments, questions, _ = planted(SUBJECTS, 8)
    straight = run(segments, questions)
    shuffled = run(segments.sample(frac=1, random_state=3), questions.sample(frac=1, random_state=4))
    for one, other in zip(straight, shuffled, strict=True):
        pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_no_questions_give_no_themes_and_the_earlier_ones_are_gone():
    segments, questions, _ = planted(["privacy", "bestuur"], 6)
    earlier = run(segments, questions)[3]
    themes, members, gone, _ = run(SEGMENTS.frame(), QUESTIONS.frame(), earlier)
    assert themes.empty
    assert members.empty
    assert list(gone["theme_id"]) == list(earlier["theme_id"])


@pytest.mark.parametrize("n_questions", [1, 2, 3, 6])
def test_a_few_questions_are_not_grouped(n_questions):
    segments, questions, _ = planted(list(SUBJECTS)[:n_questions], 1)
    themes, members, *_ = run(segments, questions)
    assert len(themes) == n_questions
    assert set(themes["verdict"]) == {"exploratory"}
    assert members["theme_id"].notna().all()


@pytest.mark.parametrize(("each", "is_exploratory"), [(3, True), (12, False)])
def test_themes_of_a_small_corpus_are_marked_exploratory(each, is_exploratory):
    segments, questions, _ = planted(list(SUBJECTS)[:4], each)
    themes, *_ = run(segments, questions)
    assert (themes["verdict"] == "exploratory").all() == is_exploratory


def test_subjects_that_share_no_word_are_robust():
    segments, questions, _ = planted(SUBJECTS, 12)
    themes, *_ = run(segments, questions)
    big = themes[themes["n_questions"] >= 8]
    assert (big["jaccard"] > 0.75).all()
    assert set(big["verdict"]) == {"robust"}


def test_a_pasted_question_counts_but_is_told_apart_from_the_first():
    segments, questions, _ = planted(SUBJECTS, 4)
    pasted = pd.concat([questions, *[with_id(questions.iloc[[0]], f"Q-{n:016x}") for n in range(12)]])
    _, members, *_ = run(segments, QUESTIONS.conform(pasted))
    same = members[members["question_id"].isin([questions["question_id"][0], *[f"Q-{n:016x}" for n in range(12)]])]
    assert len(set(same["theme_id"])) == 1
    assert same["duplicate_of"].isna().sum() == 1


def test_the_duplicate_is_the_one_of_the_later_session():
    first, second = "Wie betaalt straks de reiskosten?", "wie betaalt straks de reiskosten"
    questions = make_questions(first, second, session_id=["2024-02-01-b", "2024-01-01-a"])
    _, members, *_ = run(make_segments(first, second), questions)
    assert (
        dict(zip(members["question_id"], members["duplicate_of"], strict=True))[questions["question_id"][0]]
        == (questions["question_id"][1])
    )


def test_a_follow_up_goes_with_what_it_follows_and_does_not_stand_for_the_theme():
    segments, questions, _ = planted(SUBJECTS, 4)
    head = questions.iloc[0]
    text = "En wie doet dat dan?"
    follow_up = make_questions(text, question_id="Q-f000000000000000", depends_on=head["question_id"], lemmas=[[]])
    themes, members, *_ = run(segments, QUESTIONS.conform(pd.concat([questions, follow_up])))
    placed = members.set_index("question_id")["theme_id"]
    assert placed["Q-f000000000000000"] == placed[head["question_id"]]
    assert "Q-f000000000000000" not in set(themes["question_id"])


def test_a_question_without_a_known_word_stands_alone_with_the_reason():
    segments, questions, _ = planted(SUBJECTS, 2)
    silent = make_questions("???", question_id="Q-f000000000000000", lemmas=[[]])
    _, members, *_ = run(segments, QUESTIONS.conform(pd.concat([questions, silent])))
    alone = members[members["theme_id"].isna()]
    assert list(alone["question_id"]) == ["Q-f000000000000000"]
    assert alone["reason"].notna().all()


def test_names_and_keywords_tell_themes_apart_and_are_not_led_by_the_frame():
    segments, questions, answers = planted(SUBJECTS, 8)
    themes, members, *_ = run(segments, questions)
    assert themes["label"].is_unique
    assert themes["label"].str.split().str.len().between(2, 6).all()
    for theme in themes.itertuples():
        subject = {answers[question] for question in members.loc[members["theme_id"] == theme.theme_id, "question_id"]}
        words = {word for name in subject for word in SUBJECTS[name]}
        assert words & set(theme.label.split())
        assert theme.keywords[0] in words


def test_many_questions_are_put_into_small_groups_first():
    segments, questions, answers = planted(SUBJECTS, 30)
    themes, members, *_ = run(segments, questions, settings=SETTINGS.model_copy(update={"max_exact": 60}))
    assert agreement(members, answers) > 0.8
    assert themes["n_questions"].sum() == len(questions)


def test_ids_stay_while_ten_sessions_come_in_one_at_a_time():
    names = list(SUBJECTS)
    previous, held = PREVIOUS_THEMES.frame(), {}
    parts, used = [], set()
    for turn in range(10):
        subjects = names[: 4 + min(turn, 4)]
        parts.append(planted(subjects, 5, session=f"2024-{turn + 1:02d}-01-sessie", seed=turn))
        segments, questions = (
            table.conform(pd.concat([part[place] for part in parts]))
            for place, table in ((0, SEGMENTS), (1, QUESTIONS))
        )
        answers = {question: subject for part in parts for question, subject in part[2].items()}
        themes, members, gone, found = run(segments, questions, previous)
        now = main_themes(members, answers)
        kept = [subject for subject in held if now.get(subject) == held[subject]]
        assert len(kept) == len(held), f"session {turn + 1}: {held} became {now}"
        assert not set(gone["theme_id"]) & set(themes["theme_id"])
        statuses = dict(zip(themes["theme_id"], themes["status"], strict=True))
        assert {statuses[now[subject]] for subject in kept} <= {"known", "grown", "merged", "split"}
        used |= set(themes["theme_id"])
        previous, held = found, now
    assert set(held) == set(names)


def test_a_session_that_is_taken_away_leaves_the_ids_of_the_rest():
    first = planted(list(SUBJECTS)[:5], 6, session="2024-01-01-a", seed=1)
    second = planted(["onderzoek"], 8, session="2024-02-01-b", seed=2)
    segments, questions = (pd.concat([first[place], second[place]]) for place in (0, 1))
    _, members, _, found = run(SEGMENTS.conform(segments), QUESTIONS.conform(questions))
    before = main_themes(members, first[2] | second[2])
    _, members, gone, found = run(first[0], first[1], found)
    after = main_themes(members, first[2])
    assert after == {subject: theme for subject, theme in before.items() if subject != "onderzoek"}
    assert list(gone["theme_id"]) == list(found.loc[found["is_gone"], "theme_id"]) == [before["onderzoek"]]


def test_the_same_input_keeps_all_ids_and_says_known():
    segments, questions, _ = planted(SUBJECTS, 6)
    themes, _, _, found = run(segments, questions)
    again, _, gone, _ = run(segments, questions, found)
    assert list(again["theme_id"]) == list(themes["theme_id"])
    assert set(again["status"]) == {"known"}
    assert gone.empty


def main_themes(members, answers):
    """Per subject, the theme that holds most of its questions."""
    placed = members.assign(subject=members["question_id"].map(answers))
    return {subject: part["theme_id"].value_counts().index[0] for subject, part in placed.groupby("subject")}


def with_id(questions, identifier):
    return questions.assign(question_id=identifier)
