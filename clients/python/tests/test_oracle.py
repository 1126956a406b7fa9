"""The oracle itself, against charges computed by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

import charges

_NOTHING = {
    "prompt_tokens": 0,
    "cached_tokens": 0,
    "cache_write_tokens": 0,
    "audio_input_tokens": 0,
    "completion_tokens": 0,
    "reasoning_tokens": 0,
    "audio_output_tokens": 0,
    "searches": 0,
}


def test_parts_are_not_charged_twice():
    """20 × 1.25 + 200 × 0.125 + 16 × 10 millionths: reasoning at the price of output."""
    produced = _NOTHING | {
        "prompt_tokens": 220,
        "cached_tokens": 200,
        "completion_tokens": 16,
        "reasoning_tokens": 11,
    }
    price = {
        "input_per_mtok": "1.25",
        "cached_input_per_mtok": "0.125",
        "output_per_mtok": "10.00",
    }
    assert charges.cost(produced, price) == Decimal("0.00021")


def test_every_line_is_rounded_half_even():
    """0.5 and 1.5 picodollars are 0 and 2, each on its own line."""
    price = {"input_per_mtok": "0.0000005", "output_per_mtok": "0.0000015"}
    produced = _NOTHING | {"prompt_tokens": 1, "completion_tokens": 1}
    assert charges.cost(produced, price) == Decimal("0.000000000002")


def test_fees():
    price = {"input_per_mtok": "1", "per_search": "0.01", "per_request": "0.002"}
    produced = _NOTHING | {"prompt_tokens": 1, "searches": 2}
    assert charges.cost(produced, price) == Decimal("0.022001")


def test_a_meter_without_a_price_is_an_error():
    with pytest.raises(AssertionError, match="no price for audio_input"):
        charges.cost(
            _NOTHING | {"prompt_tokens": 5, "audio_input_tokens": 5}, {"input_per_mtok": "1"}
        )
