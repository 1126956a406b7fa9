"""The price source: one file of one wheel of a public Python package, pinned and only read."""

import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile
import zipfile
from decimal import Decimal

PACKAGE = "litellm"
VERSION = "1.106.2"
WHEEL_SHA256 = "cb1a2a1e55a4a8350ae2167525dc0d06f59b078cd685fb3e0f5419f02da5420e"
FILE = "litellm/model_prices_and_context_window_backup.json"
FILE_SHA256 = "66970be01c88f94618f9f69c1a1d29e400474f2d7b89973de7e373c110f455c2"
# the day it was read; its licence is in prices/NOTICE
SOURCE = (PACKAGE, VERSION, "2026-11-21", "MIT")

ROOT = pathlib.Path(__file__).resolve().parents[2]
PRICES = ROOT / "catalog" / "src" / "main" / "resources" / "catalog" / "prices"


def parse(text):
    """JSON with every number kept as the decimal it was written as."""
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


def read(wheel=None):
    """The price file's rows. Without a wheel, the package's own client downloads it."""
    if wheel:
        return _read(pathlib.Path(wheel))
    with tempfile.TemporaryDirectory() as folder:
        # always the same file, whatever machine this runs on
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
             "--disable-pip-version-check", "--only-binary=:all:", "--implementation", "cp",
             "--abi", "abi3", "--python-version", "3.10", "--platform", "manylinux_2_28_x86_64",
             "--dest", folder, f"{PACKAGE}=={VERSION}"],
            check=True)
        return _read(next(pathlib.Path(folder).glob("*.whl")))


def _read(wheel):
    check(wheel.read_bytes(), WHEEL_SHA256, wheel.name)
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read(FILE)
    check(text, FILE_SHA256, FILE)
    return parse(text)


def check(content, expected, what):
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise SystemExit(f"{what}: sha256 is {found}, expected {expected}")
