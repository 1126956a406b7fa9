#!/usr/bin/env python3
"""Makes the shipped price book from the pinned price source and the overlay.

    python3 catalog/convert/convert.py [--shared PATH] [--wheel FILE] [--out FOLDER] [--report FILE]

Without --wheel the pinned package is downloaded by pip and read as a zip file; it is never
installed or run. With --shared (a folder with `genai-prices` and `portkey`) the report is written
too. Run twice it writes the same bytes. The simulated provider's file is kept by hand.
"""

import argparse
import json
import pathlib
import tomllib
from decimal import Decimal

import book
import compare
import litellm_rows
import names
import report
import source

SIMULATOR = "simulator"
REPORT = source.ROOT / "docs" / "reference" / "price-conversion.md"
ROW_KEYS = {"provider", "model", "mode", "vendor", "source", "source_version", "checked_on",
            "licence", "price", "unpriced", *book.BOUNDS}


def overlay(rows, text):
    """Lays the overlay's facts over the rows; returns what it changed."""
    applied = []
    for i, entry in enumerate(tomllib.loads(text, parse_float=Decimal).get("row", [])):
        where = f"overlay.row[{i}]"
        for key in entry:
            if key not in ROW_KEYS:
                raise SystemExit(f"{where}.{key}: is not a known field")
        key = (entry["provider"], entry["model"])
        row = rows.get(key)
        new = row is None
        if new:
            vendor = entry.get("vendor") or names.vendor_of(*key)
            row = rows[key] = book.Row(*key, vendor, entry["mode"])
            row.first_party = names.is_first_party(*key, vendor)
        row.price.overlay(book.Price.from_json(entry.get("price", {}), where + ".price"))
        row.bounds.update({b: entry[b] for b in book.BOUNDS if b in entry})
        row.unpriced = entry.get("unpriced")
        row.source = tuple(entry[k] for k in ("source", "source_version", "checked_on", "licence"))
        litellm_rows.finish(row)
        applied.append((*key, "new" if new else "over the source's row", entry["source"]))
    return applied


def one_first_party_each(rows):
    """A public name is one vendor's; of two, the provider first in the alphabet has it."""
    taken = {}
    for key in sorted(rows):
        row = rows[key]
        if row.first_party and taken.setdefault(row.model, row.provider) != row.provider:
            row.first_party = False


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=pathlib.Path)
    parser.add_argument("--wheel")
    parser.add_argument("--source-json", help="the price file itself, unchecked: for tests")
    parser.add_argument("--overlay", type=pathlib.Path, default=source.PRICES / "overlay.toml")
    parser.add_argument("--out", type=pathlib.Path, default=source.PRICES)
    parser.add_argument("--report", type=pathlib.Path, default=REPORT)
    args = parser.parse_args()

    if args.source_json:
        data = source.parse(pathlib.Path(args.source_json).read_text())
    else:
        data = source.read(args.wheel)
    conversion = litellm_rows.Conversion().convert(data)
    rows = conversion.rows
    applied = overlay(rows, args.overlay.read_text())
    one_first_party_each(rows)
    files = book.files_of(rows.values(), source.SOURCE)

    args.out.mkdir(parents=True, exist_ok=True)
    for old in args.out.glob("*.jsonl"):
        if old.stem != SIMULATOR and old.stem not in files:
            old.unlink()
    for provider, text in files.items():
        (args.out / f"{provider}.jsonl").write_text(text)
    kept = args.out / f"{SIMULATOR}.jsonl"
    if kept.exists():
        files[SIMULATOR] = kept.read_text()
    index = book.index_of(files)
    (args.out / "index.json").write_text(index)
    print(f"{len(rows)} rows, {sum(not r.unpriced for r in rows.values())} priced, version",
          json.loads(index)["version"])
    if args.shared:
        portkey = compare.portkey_prices(args.shared)
        verdicts = compare.read_verdicts(pathlib.Path(__file__).with_name("verdicts.toml"))
        args.report.parent.mkdir(parents=True, exist_ok=True)
        args.report.write_text(report.write(
            conversion, rows, applied,
            compare.with_genai(rows, args.shared, portkey, verdicts),
            compare.with_portkey(rows, portkey)))


if __name__ == "__main__":
    main()
