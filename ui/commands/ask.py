"""groundsmith ask HOME "question" [--json] [--explain] [--folder …] [--as USER --groups A,B]"""

from __future__ import annotations

import argparse
import json

from assistant import Ended
from assistant.assistant import asked
from tuning.opening import open_whole
from ui.explaining import explanation, told
from ui.terminal import principal, show, where


def run(options: argparse.Namespace) -> int:
    question, meant = asked(options.question), where(options)
    assistant = open_whole(options.home)
    asker = principal(options)
    if options.json:
        answer = assistant.ask(question, asker, where=meant)
        whole = answer.to_json() | ({"trace": told(answer)} if options.explain else {})
        print(json.dumps(whole, ensure_ascii=False, indent=2))
        return 0
    for event in assistant.stream(question, asker, where=meant):
        show(event)
        if options.explain and isinstance(event, Ended):
            print("\n" + explanation(event.answer))
    return 0
