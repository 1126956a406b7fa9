"""Our prices beside two other public lists: where they differ, by how much, and why.

A difference is more than one per cent. The verdicts: `newer` (the source is younger than the list
that differs, and the older lists agree among themselves, or the change is dated), `typo` (a second
list of the same age agrees with us), `other tier` (both are prices of the model, for another tier,
size or time), `open` (cannot be told from the lists). A verdict entered by hand in verdicts.toml
wins over these rules.
"""

import json
import pathlib
import re
import tomllib
from decimal import Decimal, Inexact, localcontext

from book import PARENTS
from source import SOURCE

GENAI = {
    "anthropic": "anthropic", "aws": "bedrock", "azure": "azure", "cerebras": "cerebras",
    "cohere": "cohere", "deepseek": "deepseek", "fireworks": "fireworks_ai", "google": "gemini",
    "groq": "groq", "minimax": "minimax", "mistral": "mistral", "moonshotai": "moonshot",
    "novita": "novita", "openai": "openai", "ovhcloud": "ovhcloud", "perplexity": "perplexity",
    "together": "together_ai", "voyageai": "voyage", "x-ai": "xai", "zai": "zai",
}
PORTKEY = {
    "anthropic": "anthropic", "azure-openai": "azure", "bedrock": "bedrock",
    "cerebras": "cerebras", "cohere": "cohere", "dashscope": "dashscope",
    "deepinfra": "deepinfra", "deepseek": "deepseek", "fireworks-ai": "fireworks_ai",
    "google": "gemini", "groq": "groq", "minimax": "minimax", "mistral-ai": "mistral",
    "moonshot": "moonshot", "novita-ai": "novita", "openai": "openai",
    "perplexity-ai": "perplexity", "together-ai": "together_ai", "vertex-ai": "vertex_ai",
    "x-ai": "xai", "z-ai": "zai",
}
LISTS_DATE = "2026-08-21"
GENAI_METERS = {
    "input_mtok": ("input_per_mtok", 0), "output_mtok": ("output_per_mtok", 0),
    "cache_read_mtok": ("cached_input_per_mtok", 0),
    "cache_write_mtok": ("cache_write_5m_per_mtok", 0),
    "cache_write_1h_mtok": ("cache_write_1h_per_mtok", 0),
    "output_reasoning_mtok": ("reasoning_per_mtok", 0),
    "input_audio_mtok": ("audio_input_per_mtok", 0),
    "output_audio_mtok": ("audio_output_per_mtok", 0),
    "input_image_mtok": ("image_input_per_mtok", 0),
    "output_image_mtok": ("image_output_per_mtok", 0),
    "web_searches_kcount": ("per_search", -3), "requests_kcount": ("per_request", -3),
}
PORTKEY_METERS = {  # cents for one token -> dollars for a million
    "request_token": "input_per_mtok", "response_token": "output_per_mtok",
    "cache_read_input_token": "cached_input_per_mtok",
    "cache_write_input_token": "cache_write_5m_per_mtok",
}


def load(path):
    return json.loads(path.read_text(), parse_float=Decimal, parse_int=Decimal)


def differ(one, other):
    """More than one per cent of the larger."""
    return abs(one - other) * 100 > max(abs(one), abs(other))


def effective(row, meter, above=None):
    """Our rate of a meter, for inputs larger than a threshold when one is given."""
    rates = dict(row.price.base)
    if above is not None:
        reached = [t for t in row.price.tiers if t <= above]
        if reached:
            rates.update(row.price.tiers[max(reached)])
    while meter not in rates and meter in PARENTS:
        meter = PARENTS[meter]
    return rates.get(meter)


def genai_prices(model):
    """The prices in force on the source's day, and the day they began where the list says so."""
    prices, since, dated = model["prices"], None, False
    if isinstance(prices, list):
        options = prices
        prices = options[0]["prices"]
        for option in options[1:]:
            start = (option.get("constraint") or {}).get("start_date")
            if start is None:
                dated = True  # by time of day: compared with the first, without one
            elif start <= SOURCE[2]:
                prices, since = option["prices"], start
            else:
                dated = True
    flat = {}
    for unit, value in prices.items():
        if unit not in GENAI_METERS:
            continue
        meter, shift = GENAI_METERS[unit]
        if isinstance(value, dict):
            flat[(meter, None)] = value["base"].scaleb(shift)
            for tier in value.get("tiers", []):
                flat[(meter, int(tier["start"]))] = tier["price"].scaleb(shift)
        else:
            flat[(meter, None)] = value.scaleb(shift)
    return flat, since, dated


def checked_days(shared):
    """When each price was last checked, for the vendors whose sources say so."""
    days = {}
    for path in sorted((shared / "genai-prices" / "providers").glob("*.yml")):
        model = None
        for line in path.read_text().splitlines():
            found = re.match(r"^  - id: ['\"]?([^'\"\s]+)", line)
            if found:
                model = found.group(1)
            found = re.match(r"^\s+prices_checked: (\d{4}-\d\d-\d\d)", line)
            if found and model:
                days[(path.stem, model)] = found.group(1)
    return days


def portkey_prices(shared):
    prices = {}
    for file, provider in PORTKEY.items():
        for name, entry in load(shared / "portkey" / "pricing" / f"{file}.json").items():
            if name.endswith("-gt-128k"):
                continue
            plain = (entry.get("pricing_config") or {}).get("pay_as_you_go") or {}
            for unit, meter in PORTKEY_METERS.items():
                amount = Decimal((plain.get(unit) or {}).get("price") or 0)
                if amount:
                    key = (provider, name.removesuffix("-lte-128k"), meter)
                    prices[key] = amount.scaleb(4)
    return prices


class Difference:
    def __init__(self, provider, model, meter, above, ours, theirs, day):
        self.provider, self.model, self.meter, self.above = provider, model, meter, above
        self.ours, self.theirs, self.day = ours, theirs, day
        self.our_day = SOURCE[2]
        self.verdict, self.why = "open", ""


def with_genai(rows, shared, portkey, verdicts):
    """All prices on exactly equal (vendor, id): how many, and those that differ."""
    days = checked_days(shared)
    compared, models, differences = 0, set(), []
    for vendor in load(shared / "genai-prices" / "data.v2.json"):
        provider = GENAI.get(vendor["id"])
        for model in vendor["models"] if provider else []:
            row = rows.get((provider, model["id"]))
            if row is None or not row.price.to_json():
                continue
            flat, since, dated = genai_prices(model)
            day = days.get((vendor["id"], model["id"]), LISTS_DATE)
            for (meter, above), theirs in flat.items():
                ours = effective(row, meter, above)
                if ours is None:
                    continue
                compared += 1
                models.add((provider, model["id"]))
                if differ(ours, theirs):
                    found = Difference(provider, model["id"], meter, above, ours, theirs, day)
                    judge(found, row, portkey, since, dated, verdicts)
                    differences.append(found)
    differences.sort(key=lambda d: (d.provider, d.model, d.meter, d.above or 0))
    changed = {(d.provider, d.model) for d in differences if d.verdict == "newer"}
    for found in differences:
        if found.verdict == "open" and (found.provider, found.model) in changed:
            found.verdict, found.why = "newer", "as the model's other prices"
    return compared, models, differences


def judge(found, row, portkey, since, dated, verdicts):
    found.our_day = row.source[2] if row.source else SOURCE[2]
    entered = verdicts.get((found.provider, found.model, found.meter)) or verdicts.get(
        (found.provider, found.model, ""))
    second = portkey.get((found.provider, found.model, found.meter))
    window = row.bounds.get("context_window")
    if entered:
        found.verdict, found.why = entered
    elif row.unpriced:
        found.why = "our row is kept as unpriced: " + row.unpriced
    elif row.source and row.source[0] != SOURCE[0]:
        found.why = f"ours is entered from {row.source[0]}"
    elif found.above is not None and window is not None and window <= found.above:
        found.verdict, found.why = "other tier", f"our model ends at {window} input tokens"
    elif dated:
        found.verdict, found.why = "other tier", "theirs depends on time of day or a later date"
    elif second is not None and not differ(second, found.theirs) and found.above is None:
        found.verdict, found.why = "newer", "the second list of their age agrees with them"
    elif found.theirs in other_rates(row, found.meter):
        found.verdict, found.why = "other tier", "theirs is our rate of another tier"
    elif second is not None and not differ(second, found.ours) and found.above is None:
        found.verdict, found.why = "typo", "the second list of their age agrees with us"
    elif found.day < "2026-05-01":
        found.verdict, found.why = "newer", "theirs was last checked more than six months before"


def other_rates(row, meter):
    return {rates[meter] for rates in row.price.all_rates() if meter in rates}


def with_portkey(rows, portkey):
    compared, differences = 0, []
    for (provider, model, meter), theirs in sorted(portkey.items()):
        row = rows.get((provider, model))
        ours = effective(row, meter) if row else None
        if ours is None:
            continue
        compared += 1
        if differ(ours, theirs):
            differences.append(
                Difference(provider, model, meter, None, ours, theirs, LISTS_DATE))
    return compared, differences


def read_verdicts(path):
    if not path.exists():
        return {}
    return {(v["provider"], v["model"], v.get("meter", "")): (v["verdict"], v["why"])
            for v in tomllib.loads(path.read_text()).get("verdict", [])}


def percent(part, whole):
    with localcontext() as context:
        context.traps[Inexact] = False
        return "0" if not whole else str((Decimal(part) * 100 / whole).quantize(Decimal("0.1")))
