"""Rows of LiteLLM's price file, in the price book's shape.

Figures only: no code of the package is read or run. What has no meter here is noted, with the
reason, and a row that lacks a unit or bound its kind of call needs is kept as unpriced.
"""

import re
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal, Inexact, localcontext

import names
from book import Row
from litellm_entry import IMAGE_MODES, MILLION, TEXT_MODES, Entry

FLAT_IMAGE = re.compile(
    r"^(?:(low|medium|high|xhigh|max|standard|hd)/)?(\d+|max)-x-(\d+|max)/"
    r"(?:(\d+|max)-steps/)?(.+)$")
# figures beside another list's have the ratio of two currencies
NOT_DOLLARS = {"ovhcloud": "the source's figures are euros by their ratio to another list's"}
# dollars for a million tokens; the dearest text model known takes 150
DEAREST_INPUT = 400
# resells image models at a price per image where the vendor bills tokens
RESELLER_BY_IMAGE = "fal_ai"


class Conversion:
    """Rows made from the file, and notes on what was left out."""

    def __init__(self):
        self.rows = {}
        self.dropped = []   # (key, reason)
        self.notes = {}     # reason -> [key, …]

    def note(self, reason, key):
        keys = self.notes.setdefault(reason, [])
        if key not in keys[-1:]:
            keys.append(key)

    def convert(self, data):
        flat = []
        for key in sorted(data):
            entry = data[key]
            if key == "sample_spec" or "litellm_provider" not in entry:
                self.dropped.append((key, "is documentation or routing rules, not a model"))
            elif entry.get("mode") is None:
                self.dropped.append((key, "is a size class, not a model"))
            else:
                source_provider = entry["litellm_provider"]
                provider = names.provider_of(source_provider)
                model = names.model_of(key, source_provider, provider)
                match = FLAT_IMAGE.match(model)
                if match and entry.get("mode") in IMAGE_MODES:
                    flat.append((key, entry, provider, match))
                else:
                    self._add(key, entry, provider, model)
        self._add_flat(flat)
        self._bound_images()
        for row in self.rows.values():
            row.first_party = names.is_first_party(row.provider, row.model, row.vendor)
        self._bound_by_vendor()
        for row in self.rows.values():
            finish(row)
            if row.provider in NOT_DOLLARS and not row.unpriced:
                row.unpriced = NOT_DOLLARS[row.provider]
        return self

    def _bound_by_vendor(self):
        """A host's row without bounds has those of the vendor's own row of the same name."""
        own = {(row.vendor, row.model.lower()): row.bounds
               for row in self.rows.values() if row.first_party}
        for row in self.rows.values():
            known = own.get((row.vendor, row.model.lower().split("/")[-1]), {})
            lacking = [b for b in ("context_window", "max_tokens_per_image")
                       if b in known and b not in row.bounds]
            if lacking:
                row.bounds = {**known, **row.bounds}
                self.note("bounds taken from the vendor's own row of the same name",
                          f"{row.provider}/{row.model}")

    def _bound_images(self):
        """Models billed by image tokens get their bound from a reseller's prices by size."""
        resold = {}
        for (provider, model), row in self.rows.items():
            dearest = [each["rates"]["per_image"] for each in row.price.by.values()
                       if "per_image" in each["rates"]]
            if provider == RESELLER_BY_IMAGE and dearest and not model.endswith("/edit"):
                name = model.removeprefix("openai/").removesuffix("/text-to-image")
                resold[name.replace("/", "-")] = max(dearest)
        for row in self.rows.values():
            rate = row.price.base.get("image_output_per_mtok")
            name = re.sub(r"-\d{4}-\d\d-\d\d$", "", row.model)
            if rate and row.vendor == "openai" and name in resold:
                row.bounds["max_tokens_per_image"] = tokens_for(resold[name], rate)
                self.note("bound max_tokens_per_image from a reseller's prices by quality and size",
                          f"{row.provider}/{row.model}")

    def _add(self, key, entry, provider, model):
        if '"' in model or "\\" in model:
            self.dropped.append((key, "has a name no file line can carry"))
            return
        row = Row(provider, model, names.vendor_of(provider, model), entry["mode"])
        Entry(self, key, entry, row).read()
        known = self.rows.get((provider, model))
        if known is None:
            self.rows[(provider, model)] = row
        elif known.price.to_json() == row.price.to_json():
            self.dropped.append((key, f"repeats {provider}/{model} with the same price"))
        elif key.startswith(provider + "/"):
            self.rows[(provider, model)] = row
            self.dropped.append((key, f"replaces another row of {provider}/{model} that differs"))
        else:
            self.dropped.append((key, f"differs from the provider's own row {provider}/{model}"))

    def _add_flat(self, flat):
        """`high/1024-x-1536/model` keys are by rows of one model."""
        groups = {}
        for key, entry, provider, match in flat:
            quality, width, height, steps, model = match.groups()
            model = names.model_of(model, entry["litellm_provider"], provider)
            amount = per_image(self, key, entry, width, height)
            if amount is None:
                self.dropped.append((key, "has no price for an image"))
                continue
            quality = quality or (steps and steps + "-steps")
            size = "max" if width == "max" else f"{width}x{height}"
            groups.setdefault((provider, model), []).append((key, entry, quality, size, amount))
        for (provider, model), its in sorted(groups.items()):
            row = self.rows.get((provider, model))
            if row is None:
                row = Row(provider, model, names.vendor_of(provider, model), its[0][1]["mode"])
                row.retires_on = its[0][1].get("deprecation_date")
                self.rows[(provider, model)] = row
            token_rate = row.price.base.get("image_output_per_mtok")
            if token_rate:
                row.bounds["max_tokens_per_image"] = max(
                    tokens_for(amount, token_rate) for *_, amount in its)
                self.note("per-image price of a model billed by image tokens: used for the"
                          " bound max_tokens_per_image only", f"{provider}/{model} ({len(its)})")
                continue
            for _, _, quality, size, amount in its:
                row.price.by_row(quality=quality, size=size)["rates"]["per_image"] = amount


def tokens_for(amount, rate_per_mtok):
    """Tokens of the dearest image: its list price, half its last digit more, at the token rate."""
    margin = Decimal(5).scaleb(amount.as_tuple().exponent - 1)
    with localcontext() as context:
        context.traps[Inexact] = False
        tokens = (amount + margin).scaleb(MILLION) / rate_per_mtok
        return int(tokens.to_integral_value(ROUND_CEILING))


def per_image(conversion, key, entry, width, height):
    for name in ("output_cost_per_image", "input_cost_per_image"):
        if entry.get(name):
            return Decimal(entry[name])
    pixel = entry.get("input_cost_per_pixel") or entry.get("output_cost_per_pixel")
    if not pixel:
        return None
    conversion.note("per-pixel price times the size's pixels, rounded to six decimals", key)
    with localcontext() as context:
        context.traps[Inexact] = False
        return (Decimal(pixel) * int(width) * int(height)).quantize(
            Decimal("0.000001"), ROUND_HALF_EVEN)


def finish(row):
    """Says why a row cannot price the calls of its mode, where it cannot."""
    if row.unpriced:
        return
    base = row.price.base
    if not row.price.to_json():
        row.unpriced = "the source gives no price that a meter counts"
    elif row.price.is_zero():
        row.unpriced = "the source lists 0 for everything: free or unknown"
    elif row.mode in TEXT_MODES:
        if "input_per_mtok" not in base or "output_per_mtok" not in base:
            row.unpriced = "no rate for text input or output"
        elif 0 in (base["input_per_mtok"], base["output_per_mtok"]):
            row.unpriced = "0 for text input or output alone: a surcharge or unknown"
        elif base["input_per_mtok"] > DEAREST_INPUT:
            row.unpriced = f"over {DEAREST_INPUT} dollars per million input tokens: a wrong unit"
        elif "context_window" not in row.bounds:
            row.unpriced = "no bound on input: the source gives no context window"
    elif row.mode in IMAGE_MODES:
        tokens = base.get("image_output_per_mtok")
        if not tokens and not row.price.prices("per_image"):
            row.unpriced = "no rate for an image"
        elif tokens and not ("max_tokens_per_image" in row.bounds
                             or "max_output_tokens" in row.bounds):
            row.unpriced = "no bound on the tokens of an image"
    elif row.mode == "video_generation" and not (
            row.price.prices("per_video_second") or row.price.prices("per_video_job")):
        row.unpriced = "no rate for a second of video"
