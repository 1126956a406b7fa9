"""The price book's own shape: prices, rows, and the files they are written to.

Every figure is a decimal read from text. The decimal context traps inexact results, so that a
figure is either exact or rounded where the code says so.
"""

import decimal
import hashlib
import json
from decimal import Decimal

decimal.getcontext().prec = 60
decimal.getcontext().traps[decimal.Inexact] = True

# in the order in which they are written
METERS = [
    "input_per_mtok", "cached_input_per_mtok", "cache_write_5m_per_mtok",
    "cache_write_1h_per_mtok", "output_per_mtok", "reasoning_per_mtok",
    "audio_input_per_mtok", "audio_output_per_mtok", "image_input_per_mtok",
    "image_output_per_mtok", "per_image", "per_video_second", "per_video_job",
    "per_audio_minute", "per_mchar", "per_search", "training_per_mtok", "per_request",
]
DIMENSIONS = [
    "quality", "size", "resolution", "service_tier", "search_context_size", "region", "speed",
    "audio", "video_input",
]
PARENTS = {
    "cached_input_per_mtok": "input_per_mtok",
    "cache_write_5m_per_mtok": "input_per_mtok",
    "cache_write_1h_per_mtok": "cache_write_5m_per_mtok",
    "reasoning_per_mtok": "output_per_mtok",
}
BOUNDS = ["context_window", "max_input_tokens", "max_output_tokens", "max_tokens_per_image"]
LARGEST_DECIMALS = 12


def to_twelve(value):
    """At most twelve decimals, half-even: the finest price the ledger knows."""
    with decimal.localcontext() as context:
        context.traps[decimal.Inexact] = False
        return value.quantize(Decimal(1).scaleb(-LARGEST_DECIMALS), decimal.ROUND_HALF_EVEN)


def canonical(value):
    """Plain digits, no exponent, no trailing zeros."""
    text = format(to_twelve(value), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


class Price:
    """Base rates, tiers by threshold, by rows by their conditions."""

    def __init__(self):
        self.base = {}
        self.tiers = {}
        self.by = {}

    def by_row(self, **conditions):
        key = tuple((d, conditions[d]) for d in DIMENSIONS if conditions.get(d))
        return self.by.setdefault(key, {"rates": {}, "tiers": {}})

    def all_rates(self):
        yield self.base
        yield from self.tiers.values()
        for row in self.by.values():
            yield row["rates"]
            yield from row["tiers"].values()

    def prices(self, meter):
        return any(meter in rates for rates in self.all_rates())

    def is_zero(self):
        return all(value == 0 for rates in self.all_rates() for value in rates.values())

    def overlay(self, other):
        """The other's figures, where it has some, replace this one's."""
        self.base.update(other.base)
        for above, rates in other.tiers.items():
            self.tiers.setdefault(above, {}).update(rates)
        for key, row in other.by.items():
            mine = self.by.setdefault(key, {"rates": {}, "tiers": {}})
            mine["rates"].update(row["rates"])
            for above, rates in row["tiers"].items():
                mine["tiers"].setdefault(above, {}).update(rates)

    def to_json(self):
        out = _rates(self.base)
        _put_tiers(out, self.tiers)
        rows = []
        for key in sorted(self.by, key=lambda k: (len(k), k)):
            row = dict(key)
            row.update(_rates(self.by[key]["rates"]))
            _put_tiers(row, self.by[key]["tiers"])
            if len(row) > len(key):
                rows.append(row)
        if rows:
            out["by"] = rows
        return out

    @staticmethod
    def from_json(node, where):
        """Reads our own shape; an unknown key is an error that names the place."""
        price = Price()
        price.tiers = _tiers_of(node.get("tiers", []), where + ".tiers")
        price.base = _rates_of(node, where, {"tiers", "by"})
        for i, row in enumerate(node.get("by", [])):
            here = f"{where}.by[{i}]"
            made = price.by_row(**{d: row[d] for d in DIMENSIONS if d in row})
            made["rates"] = _rates_of(row, here, {"tiers", *DIMENSIONS})
            made["tiers"] = _tiers_of(row.get("tiers", []), here + ".tiers")
        return price


def _rates_of(node, where, others):
    rates = {}
    for key, value in node.items():
        if key in others:
            continue
        if key not in METERS:
            raise SystemExit(f"{where}.{key}: is not a known price key")
        if not isinstance(value, str):
            raise SystemExit(f"{where}.{key}: must be a decimal string")
        rates[key] = Decimal(value)
    return rates


def _tiers_of(nodes, where):
    tiers = {}
    for i, node in enumerate(nodes):
        here = f"{where}[{i}]"
        tiers[int(node["above_input_tokens"])] = _rates_of(node, here, {"above_input_tokens"})
    return tiers


def _rates(rates):
    return {meter: canonical(rates[meter]) for meter in METERS if meter in rates}


def _put_tiers(out, tiers):
    written = [
        {"above_input_tokens": above, **_rates(tiers[above])}
        for above in sorted(tiers)
        if tiers[above]
    ]
    if written:
        out["tiers"] = written


class Row:
    """One model at one provider."""

    def __init__(self, provider, model, vendor, mode):
        self.provider = provider
        self.model = model
        self.vendor = vendor
        self.mode = mode
        self.price = Price()
        self.bounds = {}
        self.capabilities = []
        self.retires_on = None
        self.first_party = False
        self.unpriced = None
        self.source = None  # (source, version, date, licence) where it differs from the file's

    def to_json(self):
        out = {"model": self.model}
        if self.vendor != self.provider:
            out["vendor"] = self.vendor
        out["mode"] = self.mode
        if self.first_party:
            out["first_party"] = True
        price = self.price.to_json()
        if price:
            out["price"] = price
        for bound in BOUNDS:
            if bound in self.bounds:
                out[bound] = self.bounds[bound]
        if self.capabilities:
            out["capabilities"] = sorted(self.capabilities)
        if self.retires_on:
            out["retires_on"] = self.retires_on
        if self.unpriced:
            out["unpriced"] = self.unpriced
        if self.source:
            keys = ("source", "source_version", "checked_on", "licence")
            out.update(zip(keys, self.source))
        return out


def line(node):
    return json.dumps(node, ensure_ascii=False, separators=(",", ":")) + "\n"


def files_of(rows, source):
    """File text by provider: a header line, then a line per row in the order of model names."""
    by_provider = {}
    for row in rows:
        by_provider.setdefault(row.provider, []).append(row)
    files = {}
    for provider, its in sorted(by_provider.items()):
        keys = ("source", "source_version", "checked_on", "licence")
        header = {"provider": provider, **dict(zip(keys, source))}
        its.sort(key=lambda row: row.model)
        files[provider] = line(header) + "".join(line(row.to_json()) for row in its)
    return files


def index_of(files):
    """What the server reads first: version, providers, and whose names are public names."""
    youngest = ""
    first_party = []
    for provider, text in files.items():
        lines = [json.loads(each) for each in text.splitlines()]
        for row in lines[1:]:
            youngest = max(youngest, row.get("checked_on", lines[0]["checked_on"]))
        if any(row.get("first_party") for row in lines[1:]):
            first_party.append(provider)
    digest = hashlib.sha256("".join(files[p] for p in sorted(files)).encode()).hexdigest()
    index = {
        "version": f"{youngest}-{digest[:8]}",
        "providers": sorted(files),
        "first_party": sorted(first_party),
    }
    return json.dumps(index, indent=1) + "\n"
