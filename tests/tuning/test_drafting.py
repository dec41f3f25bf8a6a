"""Each way of making questions, on documents read by the real readers; and what it must leave alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tuning.papers import BADGER, FAQ, LEAVE, OTTER, drafted, kept, pairs, passages
from tuning.drafting.clauses import parse
from tuning.drafting.naming import documents
from tuning.drafting.nouns import unnumbered
from tuning.drafting.spans import spans
from tuning.drafting.wording import Names, english, names_in, turned

NOBODY = Names(frozenset())


def asked(text: str, way: str, name: str = "paper.md") -> dict[str, str]:
    return pairs([draft for draft in kept(text, name) if draft.way == way])


def one(sentence: str) -> dict[str, str]:
    """What is made of a sentence alone under a heading."""
    return pairs(kept(f"# Paper\n\n## Part\n\n{sentence}\n"))


def kept_of(text: str) -> dict[str, str]:
    return pairs(kept(f"# Paper\n\n{text}\n"))


# ------------------------------------------------------------------------------------- FAQ, headings, tables


def test_an_faq_is_asked_as_it_asks() -> None:
    assert asked(FAQ, "faq") == {
        "How do I clear a blocked hose?": "Flush it backwards with tap water.",
        "Do you lend pumps?": "Yes",
        "Where do I find the type plate?": "On the underside, next to the drain plug.",
    }


def test_a_longer_answer_to_an_faq_is_right_too() -> None:
    hose = next(draft for draft in kept(FAQ) if draft.question.startswith("How do I clear"))
    assert hose.also == ("Flush it backwards with tap water. Do not use wire.",)


def test_a_table_of_questions_and_answers_is_an_faq() -> None:
    table = (
        "# Desk\n\n| Question | Answer |\n|---|---|\n"
        "| How long do repairs take? | Repairs take 12 days. Spare parts may take longer. |\n"
        "| Is a loan pump free? | Yes, for a week. |\n"
        "| Can you call me? | We will see. |\n"
        "| How do I pay? | Thank you for asking. |\n"
    )
    found = asked(table, "faq")
    assert found == {"How long do repairs take?": "Repairs take 12 days.", "Is a loan pump free?": "Yes"}


def test_what_was_told_to_one_person_is_no_faq() -> None:
    log = "# Tickets\n\n| Ticket | Question | Reply |\n|---|---|---|\n" + "".join(
        f"| T{number} | How long do repairs take? | Repairs take {number} days. |\n" for number in (12, 13)
    )
    assert asked(log, "faq") == {}


def test_headings_that_name_a_question() -> None:
    found = asked(LEAVE, "heading")
    assert found["What should I do when I am ill?"] == "Tell your team lead by 9.00 on the first day."
    assert found["What is the second step to claim travel money?"].startswith("Enter the claim in the portal")
    text = "## How long the warranty lasts\n\nThe warranty of a pump lasts for 2 years after purchase.\n"
    assert "How long does the warranty last?" in kept_of(text)


def test_of_two_wordings_of_one_answer_the_shorter_is_kept() -> None:
    found = kept_of("## How long probation lasts\n\nProbation lasts 5 months.")
    assert found == {"How long does probation last?": "5 months"}


def test_a_list_of_properties_names_the_thing() -> None:
    found = asked(OTTER, "table")
    assert found["What is the rated power of the Otter 50?"] == "340 W"
    assert found["What is the weight (empty) of the Otter 50?"] == "7.2 kg"
    assert found["What figure is given for the cable of the Otter 50?"] == "3 m"
    assert not any("itself" in question for question in found)


def test_a_table_of_codes_asks_for_each_column() -> None:
    found = asked(OTTER, "table")
    assert found["What does code F7 mean?"] == "The float is stuck"
    assert found["What should I do in the case of code F2?"] == "Let the pump rest for an hour"


def test_a_cell_that_says_nothing_of_its_own_is_not_asked_for() -> None:
    table = (
        "# List\n\n| Part number | Part | Unit | Price |\n|---|---|---|---|\n"
        "| A-1 | Hose | piece | £4.10 |\n| A-2 | Clamp | piece | none |\n| A-3 | Valve | piece | £7.90 |\n"
    )
    found = asked(table, "table")
    assert found["What is the price of part number A-1?"] == "£4.10"
    assert found["Which part has the part number A-2?"] == "Clamp"
    assert not any(answer in ("piece", "none") for answer in found.values())


def test_rows_that_the_first_column_does_not_tell_apart_are_named_by_two() -> None:
    table = (
        "# Plans\n\n| Plan | Machine | Reaction time |\n|---|---|---|\n"
        "| Basic | Otter 50 | 3 days |\n| Basic | Badger 70 | 5 days |\n| Plus | Otter 50 | 1 day |\n"
    )
    assert asked(table, "table")["What is the reaction time of plan Basic, Badger 70?"] == "5 days"


def test_a_table_read_from_csv_is_a_table() -> None:
    text = "Item number,Description,Price\nP-1,Hose,£4.10\nP-2,Valve,£7.90\n"
    found = pairs(kept(text, "prices.csv"))
    assert found["What is the price of item number P-2?"] == "£7.90"


# ------------------------------------------------------------------------------------- sentences


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        ("Backups are kept for 95 days.", "How long are backups kept?", "95 days"),
        ("Laptops are replaced after 4 years.", "After how many years are laptops replaced?", "4 years"),
        (
            "You may return an unused pump within 30 days of delivery.",
            "Within how many days of delivery may I return an unused pump?",
            "30 days",
        ),
        (
            "We refund within 10 days after the goods have reached us.",
            "Within how many days do you refund after the goods have reached you?",
            "10 days",
        ),
        ("Probation lasts 5 months.", "How long does probation last?", "5 months"),
        ("Salaries are reviewed once a year.", "How often are salaries reviewed?", "once a year"),
        ("Replace the brush every 6 weeks.", "How often should I replace the brush?", "every 6 weeks"),
        ("The stove was redesigned in 2019.", "In what year was the stove redesigned?", "2019"),
        ("The gate opens at 7.30.", "At what time does the gate open?", "7.30"),
        ("A lost key costs your team £28.", "", ""),
        ("A lost key costs £28.", "How much does a lost key cost?", "£28"),
        ("The company pays 7 percent of the fee.", "What percentage of the fee does the company pay?", "7 percent"),
        ("The roof carries 264 panels.", "How many panels does the roof carry?", "264"),
        ("The pump weighs 52 kg.", "How much does the pump weigh?", "52 kg"),
        ("The seal is 8.0 mm thick.", "How thick is the seal?", "8.0 mm"),
        ("Spare keys are kept in the red cabinet.", "Where are spare keys kept?", "in the red cabinet"),
        ("If the lamp flashes, fill the tank.", "What should I do if the lamp flashes?", "fill the tank"),
        (
            "When a colleague leaves, accounts are closed at noon.",
            "What happens when a colleague leaves?",
            "accounts are closed at noon",
        ),
        (
            "Cards are blocked when three claims are overdue.",
            "When are cards blocked?",
            "when three claims are overdue",
        ),
        ("To change the hose, loosen the clamp.", "How do I change the hose?", "loosen the clamp"),
        (
            "Keep the carton, because the carrier inspects it.",
            "Why should I keep the carton?",
            "because the carrier inspects it",
        ),
        ("The team lead approves overtime.", "Who approves overtime?", "The team lead"),
        ("The vessel is inspected by an engineer.", "By whom is the vessel inspected?", "an engineer"),
        ("Puck: the pressed coffee in the basket.", "What does “puck” mean?", "the pressed coffee in the basket"),
        ("An incident is anything that harms data.", "What is an incident?", "anything that harms data"),
        ("Private purchases are not permitted.", "Are private purchases permitted?", "No"),
        ("The tin must not be sealed airtight.", "May the tin be sealed airtight?", "No"),
        ("Fines are never paid back.", "Are fines paid back?", "No"),
        ("The hopper may be washed by hand.", "May the hopper be washed by hand?", "Yes"),
        ("The recipient shall keep the record secret.", "Must the recipient keep the record secret?", "Yes"),
    ],
)
def test_a_sentence_asks_for_what_it_says(sentence: str, question: str, answer: str) -> None:
    found = one(sentence)
    assert (question, answer) in found.items() if question else not found


@pytest.mark.parametrize(
    "sentence",
    [
        "It expires after 300 days.",  # what does?
        "They are kept for 6 years.",
        "Members may leave if they wish.",  # a verdict with a condition
        "Only dealers may order parts.",
        "Package dependencies may not be available.",  # rules nothing out
        "Some pumps may be repaired.",
        "Edition of 2 May 2025.",  # a month
        "Express parcels arrive on the next morning shift.",  # no instruction
        "Avoid deleting a draft completely because it is old.",  # the reason is of the deleting
        "Search the list and see if another part fits.",
        "Keep for 24 months.",  # keep what?
        "The bowl is made of glass and holds 2 to 3 or 4 cups.",
        "Der Kessel hält 24 Monate.",
    ],
)
def test_what_cannot_be_turned_round_safely_is_left_alone(sentence: str) -> None:
    assert one(sentence) == {}


def test_two_statements_of_a_sentence_are_taken_apart() -> None:
    found = one("Repairs are done for 2 years; the battery is not covered.")
    assert found == {"How long are repairs done?": "2 years", "Is the battery covered?": "No"}


def test_every_draft_quotes_its_passage_on_word_borders() -> None:
    for text in (LEAVE, OTTER, BADGER, FAQ):
        for draft in kept(text):
            assert draft.span == draft.passage.text[draft.start : draft.end] == draft.span.strip() != ""
            assert draft.span in draft.said


def test_what_is_not_english_has_its_own_questions_only() -> None:
    text = (
        "# Garantie\n\n## Wie lange dauert eine Reparatur?\n\nEine Reparatur dauert in der Regel zehn Tage.\n\n"
        "| Gerät | Preis |\n|---|---|\n| Kessel | 300 € |\n| Pumpe | 80 € |\n"
    )
    assert {draft.way for draft in drafted(text)} == {"faq"}
    assert english(["The pump is for rain barrels."])
    assert not english(["Die Pumpe ist für Regentonnen und der Filter ist nicht dabei."])


# ------------------------------------------------------------------------------------- words


def test_whose_words_they_are_is_turned() -> None:
    assert turned("may you return your pump to us") == "may I return my pump to you"
    assert turned("are you reminded by us") == "am I reminded by you"
    assert turned("what do we send you") == "what do you send me"
    assert turned("if you are ill") == "if I am ill"


def test_names_keep_their_capital_and_other_words_lose_it() -> None:
    names = names_in(["Ask Harbour for help. The Harbour team answers.", "Backups are made by Harbour."])
    assert names.lowered("Harbour team") == "Harbour team"
    assert names.lowered("Backups of mail") == "backups of mail"
    assert names.lowered("M7 exam") == "M7 exam"


@pytest.mark.parametrize(
    ("heading", "plain"),
    [
        ("13.2. Refunds", "Refunds"),
        ("Chapter 4. Refunds", "Refunds"),
        ("5 Refunds", "5 Refunds"),
        ("A. Refunds", "Refunds"),
        ("§ 7 Refunds", "Refunds"),
        ("2026", "2026"),
    ],
)
def test_a_heading_loses_its_number(heading: str, plain: str) -> None:
    assert unnumbered(heading) == plain


@pytest.mark.parametrize(
    ("sentence", "parts"),
    [
        ("The pump is tested every year.", ("The pump", "is", "", "tested every year.")),
        ("The valve closes by itself.", ("The valve", "does", "close", "by itself.")),
        ("Dealers set their own prices.", ("Dealers", "do", "set", "their own prices.")),
        ("The rules for uploads differ.", None),
        ("Service plans are passed on.", ("Service plans", "are", "", "passed on.")),
        ("Keep the carton for a year.", ("I", "should", "keep", "the carton for a year.")),
        ("Return is free of charge.", ("Return", "is", "", "free of charge.")),
        ("What you need is shown below.", None),
        ("Team leads order it early.", None),
    ],
)
def test_a_sentence_is_taken_apart_at_its_verb(sentence: str, parts: tuple[str, ...] | None) -> None:
    clause = parse(sentence)
    assert (clause and (clause.subject, clause.auxiliary, clause.verb, clause.rest)) == parts


def test_a_span_that_is_one_of_several_is_not_asked_for() -> None:
    clause = parse("Invoices are paid within 9 days, or 30 days.")
    assert clause is not None
    assert list(spans(clause)) == []


def test_documents_are_told_apart_by_name_version_or_not_at_all() -> None:
    some = passages({"a.md": "# Returns policy\n\nText one.\n"})[0]
    twins = [replace(some, document="old", version="2024"), replace(some, document="new", version="2026")]
    named = documents([*twins, *passages({"otter.md": OTTER})], NOBODY)
    assert named["old"].said == "the returns policy (2024)"
    assert named["otter.md"].said == "the Otter 50"
    assert named["otter.md"].product
    assert "x" not in documents([replace(some, document="x"), replace(some, document="y")], NOBODY)
