#!/usr/bin/env python3
"""Enters facts into prices/overlay.toml that the price source lacks or has in another currency.

    python3 catalog/convert/overlay.py --shared PATH

PATH holds `portkey/pricing/*.json` (US cents per unit: images by quality and size, videos by
pixels) and `genai-prices/data.v2.json` (US dollars), both of the commits named below. Only what the
price source lacks is entered, since it is the younger.
"""

import argparse
import json
import pathlib
import re
from decimal import Decimal

import book
import compare
import litellm_rows
import source

PORTKEY = ("portkey-models", "f654307ec968", "2026-08-21", "MIT")
GENAI = ("genai-prices", "47df840a5ab1", "2026-08-21", "MIT")
FILES = {"openai": "openai", "azure-openai": "azure", "google": "gemini", "vertex-ai": "vertex_ai"}
SECONDS = re.compile(r"^video_duration_seconds_(\d+)_(\d+)$")
CENTS = -2


def dollars(node):
    return Decimal(node["price"]).scaleb(CENTS)


def standard(entry):
    """The plain on-demand prices; the newer, regional form of the file has more sizes."""
    config = entry.get("pricing_config") or {}
    default = ((entry.get("custom_pricing") or {}).get("regions") or {}).get("default") or {}
    mode = (default.get("execution_modes") or {}).get("standard") or {}
    newer = (mode.get("pricing_config") or {}).get("pay_as_you_go") or {}
    plain = config.get("pay_as_you_go") or {}
    return {**plain, **{k: v for k, v in newer.items() if k == "additional_units"}}


def images(prices, price):
    for quality, sizes in prices.get("image", {}).items():
        for size, node in sizes.items():
            amount = dollars(node)
            named = {"quality": quality if quality != "default" else None,
                     "size": size if size != "default" else None}
            if named["quality"] is None and named["size"] is None:
                price.base["per_image"] = amount
            else:
                price.by_row(**named)["rates"]["per_image"] = amount


def videos(prices, price):
    units = prices.get("additional_units", {})
    for name, node in units.items():
        match = SECONDS.match(name)
        if match:
            row = price.by_row(resolution=f"{match.group(1)}x{match.group(2)}")
            row["rates"]["per_video_second"] = dollars(node)
    if "video_seconds" in units:
        price.base["per_video_second"] = dollars(units["video_seconds"])
    elif price.by:
        # the smallest size is what a call that names none gets
        price.base.setdefault("per_video_second", min(
            row["rates"]["per_video_second"] for row in price.by.values()
            if "per_video_second" in row["rates"]))


def entered(shared, rows):
    made = []
    for file, provider in sorted(FILES.items()):
        path = pathlib.Path(shared) / "portkey" / "pricing" / f"{file}.json"
        data = json.loads(path.read_text(), parse_float=Decimal, parse_int=Decimal)
        for name in sorted(data):
            if name.endswith("-gt-128k") or name == "default":
                continue
            model = name.removesuffix("-lte-128k")
            prices = standard(data[name])
            price = book.Price()
            images(prices, price)
            mode = "image_generation"
            units = " ".join(prices.get("additional_units", {}))
            if not price.to_json() and "video" in units:
                videos(prices, price)
                mode = "video_generation"
            known = rows.get((provider, model))
            if price.to_json() and adds(known, price):
                made.append((provider, model, mode, price, PORTKEY))
    return made + in_dollars(shared, rows)


def in_dollars(shared, rows):
    """Dollar prices of providers whose figures in the price source are another currency's."""
    made = []
    for vendor in compare.load(pathlib.Path(shared) / "genai-prices" / "data.v2.json"):
        provider = compare.GENAI.get(vendor["id"])
        if provider not in litellm_rows.NOT_DOLLARS:
            continue
        for model in sorted(vendor["models"], key=lambda m: m["id"]):
            row = rows.get((provider, model["id"]))
            price = book.Price()
            flat, _, _ = compare.genai_prices(model)
            price.base = {meter: rate for (meter, above), rate in flat.items() if above is None}
            if row and set(row.price.base) <= {*price.base, "image_input_per_mtok"}:
                if "image_input_per_mtok" in row.price.base:
                    price.base["image_input_per_mtok"] = price.base["input_per_mtok"]
                made.append((provider, model["id"], row.mode, price, GENAI))
    return made


def adds(known, price):
    if known is None:
        return True
    if known.price.base.get("image_output_per_mtok") or known.price.base.get("output_per_mtok"):
        return False  # billed by tokens: a price per image would charge twice
    if known.unpriced:
        return True
    return bool(price.by) and not known.price.by


def toml(made):
    out = [
        "# Facts the price source lacks; they win where both say something.",
        "# Entered by `python3 catalog/convert/overlay.py --shared PATH`; rows may be added by hand.",
        "# Prices in US dollars in the units of docs/concepts/prices.md.",
    ]
    for provider, model, mode, price, (source_name, commit, date, licence) in made:
        out += ["", "[[row]]", f'provider = "{provider}"', f'model = "{model}"', f'mode = "{mode}"',
                f'source = "{source_name}"', f'source_version = "{commit}"',
                f'checked_on = "{date}"', f'licence = "{licence}"']
        node = price.to_json()
        rows = node.pop("by", [])
        out += [f'price.{key} = "{value}"' for key, value in node.items()]
        if rows:
            out.append("price.by = [")
            for row in rows:
                out.append("  { " + ", ".join(f'{k} = "{v}"' for k, v in row.items()) + " },")
            out.append("]")
    return "\n".join(out) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", required=True)
    parser.add_argument("--wheel", help="the price source, else it is downloaded")
    parser.add_argument("--out", default=str(source.PRICES / "overlay.toml"))
    args = parser.parse_args()
    rows = litellm_rows.Conversion().convert(source.read(args.wheel)).rows
    made = entered(args.shared, rows)
    pathlib.Path(args.out).write_text(toml(made))
    print(f"{len(made)} rows entered")


if __name__ == "__main__":
    main()
