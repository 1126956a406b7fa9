"""One row of LiteLLM's price file, read into a row of the price book."""

import re
from decimal import Decimal

from book import PARENTS

MILLION = 6  # decimal places between one token and a million

TOKEN_STEMS = {
    "input_cost_per_token": "input_per_mtok",
    "output_cost_per_token": "output_per_mtok",
    "cache_read_input_token_cost": "cached_input_per_mtok",
    "cache_creation_input_token_cost": "cache_write_5m_per_mtok",
    "output_cost_per_reasoning_token": "reasoning_per_mtok",
    "input_cost_per_audio_token": "audio_input_per_mtok",
    "output_cost_per_audio_token": "audio_output_per_mtok",
    "input_cost_per_image_token": "image_input_per_mtok",
    "output_cost_per_image_token": "image_output_per_mtok",
}
TIER_NAMES = {
    "batches": "batch", "flex": "flex", "priority": "priority", "balanced": "balanced",
    "ultrafast": "ultrafast", "decisions": "decisions",
}
TOKEN_KEY = re.compile(
    "^(" + "|".join(sorted(TOKEN_STEMS, key=len, reverse=True)) + ")"
    r"(_above_1hr)?(?:_above_(\d+)k_tokens)?(?:_(" + "|".join(TIER_NAMES) + "))?$")
CAPABILITIES = {
    "supports_function_calling": "tools",
    "supports_parallel_function_calling": "parallel_tools",
    "supports_vision": "vision",
    "supports_reasoning": "reasoning",
    "supports_response_schema": "structured_output",
    "supports_prompt_caching": "prompt_caching",
    "supports_audio_input": "audio_input",
    "supports_audio_output": "audio_output",
    "supports_video_input": "video_input",
    "supports_pdf_input": "pdf_input",
    "supports_web_search": "web_search",
    "supports_computer_use": "computer_use",
}
TEXT_MODES = ("chat", "responses", "completion")
IMAGE_MODES = ("image_generation", "image_edit")
# the source counts a prompt of exactly the threshold as long for these providers
FROM_THRESHOLD = ("xai",)
# charges that stand for the same use as a token rate of the same row
EQUIVALENTS = (
    "input_cost_per_second", "output_cost_per_second", "input_cost_per_character",
    "output_cost_per_character", "output_cost_per_image", "input_cost_per_audio_per_second",
    "input_cost_per_video_per_second",
)
NO_METER = {
    "ocr_cost_per_page": "priced per page, which no meter counts",
    "ocr_cost_per_credit": "priced in credits",
    "annotation_cost_per_page": "priced per page, which no meter counts",
    "cost_per_second": "priced by reserved time, not by use",
    "guardrail_cost_per_unit": "priced per policy unit, which no meter counts",
    "code_interpreter_cost_per_session": "priced per session, which no meter counts",
    "citation_cost_per_token": "citation tokens, which no meter counts",
    "output_cost_per_video_token": "video output tokens, which no meter counts",
}


def is_price(key, value):
    named = "pricing" in key or ("cost" in key and not key.startswith("supports"))
    return named and value is not None


class Entry:
    """One row of the source being read."""

    def __init__(self, conversion, key, entry, row):
        self.conversion = conversion
        self.key = key
        self.row = row
        self.price = row.price
        self.costs = {k: v for k, v in entry.items() if is_price(k, v)}
        self.entry = entry

    def note(self, reason):
        self.conversion.note(reason, self.key)

    def take(self, name):
        value = self.costs.pop(name, None)
        return None if value is None else Decimal(value)

    def read(self):
        self.read_facts()
        self.read_tokens()
        self.read_ranges()
        self.read_media()
        self.read_searches()
        self.read_multipliers()
        self.fill_text_rates()
        self.clean_tiers()
        for name, reason in NO_METER.items():
            if self.costs.pop(name, None):
                self.row.unpriced = reason
        self.leftovers()

    def read_facts(self):
        entry, row = self.entry, self.row
        row.retires_on = entry.get("deprecation_date")
        row.capabilities = [name for key, name in CAPABILITIES.items() if entry.get(key) is True]
        for source, ours in (("max_input_tokens", "max_input_tokens"),
                             ("max_output_tokens", "max_output_tokens")):
            value = entry.get(source)
            if value is not None and Decimal(value) > 0:
                row.bounds[ours] = int(Decimal(value))
        if "max_input_tokens" in row.bounds:
            # the largest prompt the source knows; max_tokens is the output limit in most rows
            row.bounds["context_window"] = row.bounds["max_input_tokens"]

    def read_tokens(self):
        hit = self.take("input_cost_per_token_cache_hit")
        if hit is not None and "cache_read_input_token_cost" not in self.costs:
            self.costs["cache_read_input_token_cost"] = hit
        for name in sorted(self.costs):
            match = TOKEN_KEY.match(name)
            if not match:
                continue
            stem, hour, above, tier = match.groups()
            meter = TOKEN_STEMS[stem]
            if hour:
                meter = "cache_write_1h_per_mtok"
            rates = self.rates_at(tier, above)
            rates[meter] = self.take(name).scaleb(MILLION)
        image, video = (self.price.base.get("image_input_per_mtok"),
                        self.take("input_cost_per_video_token"))
        if video is not None:
            video = video.scaleb(MILLION)
            if image is None:
                self.price.base["image_input_per_mtok"] = video
            elif image != video:
                row = self.price.by_row(video_input="true")
                row["rates"]["image_input_per_mtok"] = video
            self.note("video input tokens are counted as image input, by their own rate")

    def rates_at(self, tier, above_thousands):
        where = self.price
        if tier:
            where = self.price.by_row(service_tier=TIER_NAMES[tier])
        tiers = where["tiers"] if tier else where.tiers
        if above_thousands is None:
            return where["rates"] if tier else where.base
        return tiers.setdefault(self.threshold(int(above_thousands) * 1000), {})

    def threshold(self, tokens):
        return tokens - 1 if self.row.provider in FROM_THRESHOLD else tokens

    def read_ranges(self):
        ranges = self.costs.pop("tiered_pricing", None)
        if ranges is None:
            return
        if any("range" not in each or "input_cost_per_token" not in each for each in ranges):
            self.row.unpriced = "priced in ranges of something other than input tokens"
            return
        for each in ranges:
            start = int(Decimal(each["range"][0]))
            rates = {}
            for name, value in each.items():
                match = TOKEN_KEY.match(name)
                if match and not match.group(4) and not match.group(3):
                    rates[TOKEN_STEMS[match.group(1)]] = Decimal(value).scaleb(MILLION)
                elif name != "range":
                    self.note(f"`{name}` within a range")
            if start == 0:
                self.price.base.update(rates)
            else:
                self.price.tiers[start] = rates

    def read_media(self):
        mode = self.row.mode
        base = self.price.base
        if mode in IMAGE_MODES:
            self.read_images()
        elif mode == "video_generation":
            self.read_videos()
        elif mode in ("audio_transcription", "realtime", "audio_speech"):
            tokens = any(base.get(m) for m in ("input_per_mtok", "audio_input_per_mtok"))
            into, out = self.take("input_cost_per_second"), self.take("output_cost_per_second")
            seconds = out if mode == "audio_speech" else into
            characters = self.take("input_cost_per_character")
            if tokens:
                if seconds or characters:
                    self.note("per-second or per-character price beside token rates: an equivalent")
            else:
                if seconds:
                    base["per_audio_minute"] = seconds * 60
                if characters:
                    base["per_mchar"] = characters.scaleb(MILLION)
                self.drop_zero_tokens()
        elif mode == "embedding":
            self.read_embedding()
        elif mode in ("rerank", "search"):
            query = self.take("input_cost_per_query")
            if query:
                base["per_search"] = query
                self.drop_zero_tokens()
        request = self.take("input_cost_per_request")
        if request is not None:
            base["per_request"] = request
        if mode in ("embedding", "rerank", "moderation") and base.get("output_per_mtok") == 0:
            del base["output_per_mtok"]

    def drop_zero_tokens(self):
        for meter in [m for m, v in self.price.base.items() if v == 0]:
            del self.price.base[meter]

    def read_images(self):
        base = self.price.base
        one, given = self.take("output_cost_per_image"), self.take("input_cost_per_image")
        sized = {}
        for name in list(self.costs):
            match = re.match(r"^output_cost_per_image_(\d+(?:\.\d+)?[kK]?)$", name)
            if match:
                sized[match.group(1).lower()] = self.take(name)
        if base.get("image_output_per_mtok"):
            if one or sized:
                self.note("per-image price beside image token rates: an equivalent")
        elif one or sized:
            if one:
                base["per_image"] = one
            for size, amount in sized.items():
                self.price.by_row(size=size)["rates"]["per_image"] = amount
            if given:
                self.note("fee per input image of an image model")
        elif given:
            base["per_image"] = given
        if not base.get("image_output_per_mtok"):
            self.drop_zero_tokens()
        self.take("input_cost_per_pixel")
        self.take("output_cost_per_pixel")

    def read_videos(self):
        base = self.price.base
        seconds = self.take("output_cost_per_second")
        other = self.take("output_cost_per_video_per_second")
        if seconds or other:
            base["per_video_second"] = max(v for v in (seconds, other) if v)
        for name in list(self.costs):
            match = re.match(r"^output_cost_per_second_(\d+[pk])$", name)
            if match:
                row = self.price.by_row(resolution=match.group(1))
                row["rates"]["per_video_second"] = self.take(name)
        self.drop_zero_tokens()
        if self.take("input_cost_per_image"):
            self.note("fee per input image of a video model")

    def read_embedding(self):
        base = self.price.base
        image = self.take("input_cost_per_image")
        video = self.take("input_cost_per_video_per_second")
        audio = self.take("input_cost_per_audio_per_second")
        if image:
            base["per_image"] = image
        if video:
            base["per_video_second"] = video
        if audio:
            base["per_audio_minute"] = audio * 60
        if self.take("input_cost_per_query"):
            self.row.unpriced = "text is priced per query, which no meter counts"

    def read_searches(self):
        sizes = self.costs.pop("search_context_cost_per_query", None)
        if not sizes:
            return
        amounts = {name.rsplit("_", 1)[1]: Decimal(value) for name, value in sizes.items()}
        usual = "low" if self.row.provider == "perplexity" else "medium"
        base = amounts.get(usual, max(amounts.values()))
        self.price.base["per_search"] = base
        for size, amount in amounts.items():
            if amount != base:
                self.price.by_row(search_context_size=size)["rates"]["per_search"] = amount

    def read_multipliers(self):
        entry = self.entry.get("provider_specific_entry") or {}
        factors = []
        for name, dimension in (("us", "region"), ("fast", "speed")):
            value = entry.get(name)
            if value is not None and not isinstance(value, dict):
                factors.append(({dimension: name}, Decimal(value)))
        for region in ("eu", "us"):
            value = self.entry.get(f"regional_processing_uplift_multiplier_{region}")
            if value is not None:
                factors.append(({"region": region}, Decimal(value)))
        if len(factors) == 2 and "speed" in factors[1][0]:
            both = {**factors[0][0], **factors[1][0]}
            factors.append((both, factors[0][1] * factors[1][1]))
        if self.entry.get("regional_endpoint_uplift_multiplier") is not None:
            self.note("uplift of regional endpoints: set a price on the model of such an upstream")
        tiers_by_service = [(dict(key), row["rates"], row["tiers"])
                            for key, row in self.price.by.items()
                            if key and key[0][0] == "service_tier"]
        for conditions, factor in factors:
            self.scale(conditions, factor, self.price.base, self.price.tiers)
            if "speed" not in conditions:
                for service, rates, tiers in tiers_by_service:
                    self.scale({**service, **conditions}, factor, rates, tiers)

    def scale(self, conditions, factor, rates, tiers):
        row = self.price.by_row(**conditions)
        row["rates"] = scaled(rates, factor)
        row["tiers"] = {above: scaled(its, factor) for above, its in tiers.items()}

    def fill_text_rates(self):
        """Images and sound a chat model takes are billed as text where no other rate is given."""
        if self.row.mode not in TEXT_MODES:
            return
        for capability, meter in (("vision", "image_input_per_mtok"),
                                  ("audio_input", "audio_input_per_mtok")):
            if capability in self.row.capabilities and not self.price.prices(meter):
                for rates in self.price.all_rates():
                    if "input_per_mtok" in rates:
                        rates[meter] = rates["input_per_mtok"]

    def clean_tiers(self):
        """No tier or service tier without the rates its kind of call needs."""
        price = self.price
        for rates in price.tiers.values():
            for meter in [m for m in rates if m not in price.base]:
                del rates[meter]
                self.note("rate of a long-context tier whose meter has no base rate")
            self.follow_parents(rates)
        for row in price.by.values():
            self.follow_parents(row["rates"])
            for above, standard in price.tiers.items():
                own = row["tiers"].setdefault(above, {})
                self.follow_parents(own)
                for meter, rate in standard.items():
                    if meter not in own and meter in row["rates"]:
                        own[meter] = max(rate, row["rates"][meter])
                        self.note("long-context rate of a service tier: the dearer of its own"
                                  " base rate and the standard tier's long-context rate")
            row["tiers"] = {above: its for above, its in row["tiers"].items() if its}

    def follow_parents(self, rates):
        """A meter that costs what another costs does so in every tier that names only the other."""
        base = self.price.base
        for child, parent in (*PARENTS.items(),
                              ("image_input_per_mtok", "input_per_mtok"),
                              ("audio_input_per_mtok", "input_per_mtok")):
            same = child in base and base[child] == base.get(parent)
            if same and child not in rates and parent in rates:
                rates[child] = rates[parent]

    def leftovers(self):
        for name, value in sorted(self.costs.items()):
            if isinstance(value, Decimal | int | str) and Decimal(value) == 0:
                continue
            if name == "off_peak_pricing":
                self.note("off-peak price: the peak price is used at all hours")
            elif name.startswith(EQUIVALENTS) and self.price.base:
                self.note(f"`{name}` beside token rates: an equivalent")
            elif name.startswith(("input_dbu", "output_dbu")):
                self.note("price in DBU beside the one in dollars")
            else:
                self.note(f"`{name}`: no meter")


def scaled(rates, factor):
    return {meter: rate * factor for meter, rate in rates.items() if meter.endswith("_per_mtok")}
