"""The owner's own larger model as a teacher: any server that speaks OpenAI's chat completions.

nouns.py     what it is asked and what it tells; the budget
prompts.py   the request, and the form of its reply
server.py    one request: with as much structure as the server offers, and what it cost
replies.py   a reply to questions, each held against its passage
asking.py    passage after passage, kept on disk, within the budget
teaching.py  what was told to rows
"""
