"""groundsmith new HOME [--sample]"""

from __future__ import annotations

import argparse

from assistant import create_home
from ui.sample import create_sample_home


def run(options: argparse.Namespace) -> int:
    if options.sample:
        home = create_sample_home(options.home)
        print(f"Made {home.root} with the sample company's documents. Next: groundsmith sync {home.root}")
        return 0
    home = create_home(options.home)
    print(f"Made {home.root}. Put documents into {home.documents}, then: groundsmith sync {home.root}")
    return 0
