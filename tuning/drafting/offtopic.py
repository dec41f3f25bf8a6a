"""General questions that are no matter of a company's documents. Each is asked only where nothing near is found."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from retrieval import terms
from tuning.drafting.corpus import Corpus

NEAR = 0.30  # cosine; what comes nearer might be on topic after all
SHARED = 0.6  # of the question's weight in a passage

QUESTIONS = (
    "How far is the moon from the earth?",
    "Which river flows through Budapest?",
    "How do I prune a rose bush in spring?",
    "Who composed the opera The Magic Flute?",
    "What is the capital of Mongolia?",
    "How many players does a volleyball team have on court?",
    "Why do leaves turn red in autumn?",
    "How long should I boil a goose egg?",
    "Which planet has the most moons?",
    "What is the plural of the word octopus?",
    "Who painted the ceiling of the Sistine Chapel?",
    "How do bees find their way back to the hive?",
    "At what age do puppies lose their milk teeth?",
    "What is the tallest waterfall in the world?",
    "How is the score counted in tennis?",
    "Which chess piece can jump over others?",
    "When did the Berlin Wall fall?",
    "How do I knit a pair of socks?",
    "What do pandas eat?",
    "How many strings does a cello have?",
    "Why is the sea salty?",
    "Which language is spoken in Brazil?",
    "How do I get rid of moss on a lawn?",
    "Who wrote the novel Moby-Dick?",
    "What causes a rainbow?",
    "How many bones does a horse have?",
    "What is a good name for a kitten?",
    "Which mountain is the highest in Africa?",
    "How do vaccines protect against measles?",
    "What time does the sun rise in Oslo in June?",
    "How do I fold a paper crane?",
    "Which country won the first football world cup?",
    "How deep is Lake Baikal?",
    "What is the difference between a crocodile and an alligator?",
    "How do I tune a ukulele?",
    "Why do cats purr?",
    "Which gas do plants take in from the air?",
    "How old was Mozart when he died?",
    "How do I write a haiku?",
    "What are the rules of backgammon?",
    "Which dinosaur had three horns?",
    "How many lanes does an Olympic swimming pool have?",
    "What is the square root of two hundred and twenty-five?",
    "How do I treat a bee sting?",
    "Who was the first woman in space?",
    "Which sea lies between Italy and Croatia?",
    "How do I make sourdough starter?",
    "Why do volcanoes erupt?",
    "Which instrument did Yehudi Menuhin play?",
    "What does a barometer tell about tomorrow's weather?",
    "How do migrating birds know where to go?",
    "Which ballet is danced around Christmas?",
    "How many syllables does the word strawberry have?",
    "What is the best month to see the northern lights?",
)  # fmt: skip


def off_topic(corpus: Corpus, random: Random) -> Iterator[str]:
    asked = list(QUESTIONS)
    random.shuffle(asked)
    return (question for question in asked if _far(corpus, question))


def _far(corpus: Corpus, question: str) -> bool:
    keys = set(terms(question))
    hits = corpus.find(question)
    return all(hit.found_by["dense"] < NEAR and corpus.covered(keys, terms(hit.passage.text)) < SHARED for hit in hits)
