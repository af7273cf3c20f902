"""Writes one simulated volume: generate.py <volume> <empty directory>."""

import importlib
import os
import sys
from pathlib import Path

if __name__ == "__main__":
    volume, target = sys.argv[1:3]
    os.umask(0o022)  # sessions read the volume as another user
    importlib.import_module(volume).write(Path(target))
