"""Past conversations as a source of examples: what people asked, what they were told, and whether the documents say so.

nouns.py       a message, and an exchange: a question with its reply
columns.py     which column of a table means what
records.py     a record, of a table or a line, as messages
tables.py      CSV
lines.py       JSON lines
letters.py     mailboxes and e-mails
written.py     what somebody wrote in a message, without quotes, greeting and signature
people.py      names of the writers, replaced by their roles
asking.py      the questions in a message, and each one's share of the reply
reading.py     files to exchanges
supporting.py  whether the documents say what was replied, and in which words, or something else
learning.py    exchanges to examples, to doubtful rows and to gaps
"""
