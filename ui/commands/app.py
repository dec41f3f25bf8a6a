"""groundsmith app HOME: the chat in a browser, served on this machine."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import ui
from assistant import read_spec
from retrieval import UsageError, open_home

SETTINGS = {
    "server.fileWatcherType": "none",
    "server.headless": "true",
    "browser.gatherUsageStats": "false",
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "theme.light.primaryColor": "#2a6f8f",  # its own is a red, in which a field that is being written in looks wrong
    "theme.dark.primaryColor": "#6bb3d1",
}
PORTS = range(1, 65536)


def run(options: argparse.Namespace) -> int:
    read_spec(open_home(options.home).spec)  # so that what is wrong is said here, and not in a browser
    if options.port not in PORTS:
        raise UsageError(f"Port {options.port} does not exist.", "Choose one from 1 to 65535.")
    print(f"The chat: http://{options.address}:{options.port} (stop it with Ctrl-C)", flush=True)
    return subprocess.run(command(options.home, options.address, options.port), check=False).returncode


def command(home: Path, address: str, port: int) -> list[str]:
    assert ui.__file__ is not None
    screen = Path(ui.__file__).with_name("app.py")
    settings = SETTINGS | {"server.address": address, "server.port": str(port)}
    flags = [part for name, value in settings.items() for part in (f"--{name}", value)]
    return [sys.executable, "-m", "streamlit", "run", str(screen), *flags, "--", str(home.resolve())]
