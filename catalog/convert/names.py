"""Which price provider a source's row belongs to, and whose model it is by its name."""

import re

# several provider names of the source are one upstream
MERGED = {
    "bedrock_converse": "bedrock",
    "cohere_chat": "cohere",
    "azure_text": "azure",
    "fireworks_ai-embedding-models": "fireworks_ai",
    "text-completion-openai": "openai",
    "text-completion-codestral": "codestral",
    "text-completion-inception": "inception",
}

# providers that sell their own models under the models' public names
OWN_MODELS = {
    "ai21": "ai21", "amazon_nova": "amazon", "anthropic": "anthropic", "assemblyai": "assemblyai",
    "black_forest_labs": "black_forest_labs", "cohere": "cohere", "dashscope": "alibaba",
    "deepgram": "deepgram", "deepseek": "deepseek", "elevenlabs": "elevenlabs",
    "gemini": "google", "inception": "inception", "jina_ai": "jina_ai", "meta": "meta",
    "minimax": "minimax", "mistral": "mistral", "moonshot": "moonshot", "openai": "openai",
    "perplexity": "perplexity", "recraft": "recraft", "runwayml": "runwayml",
    "stability": "stability", "tencent": "tencent", "volcengine": "bytedance",
    "voyage": "voyage", "xai": "xai", "xiaomi_mimo": "xiaomi_mimo", "zai": "zai",
}

# tried in this order on the last part of the model's name
VENDORS = [
    (r"^(gpt-|o[134](-|$)|chatgpt|dall-e|whisper|tts-|text-embedding-(3|ada)|davinci|babbage|sora"
     r"|omni-moderation|codex|computer-use-preview|text-davinci)", "openai"),
    (r"claude", "anthropic"),
    (r"deepseek", "deepseek"),
    (r"(gemini|gemma|^veo|imagen|bison|lyria|learnlm|nano-banana)", "google"),
    (r"(mistral|mixtral|codestral|ministral|pixtral|magistral|devstral|voxtral)", "mistral"),
    (r"grok", "xai"),
    (r"(nemotron|nvidia)", "nvidia"),
    (r"hermes", "nous_research"),
    (r"(llama|^muse-)", "meta"),
    (r"(qwen|qwq|^wan|gte-)", "alibaba"),
    (r"(nova-|titan)", "amazon"),
    (r"(jamba|^j2-)", "ai21"),
    (r"(command|^embed-|rerank-(english|multilingual|v\d)|cohere|^c4ai|^aya)", "cohere"),
    (r"(kimi|moonshot)", "moonshot"),
    (r"glm", "zai"),
    (r"minimax", "minimax"),
    (r"^sonar", "perplexity"),
    (r"(^phi-|wizardlm|^mai-)", "microsoft"),
    (r"granite", "ibm"),
    (r"(stable-|^sd3|^stability)", "stability"),
    (r"flux", "black_forest_labs"),
    (r"^yi-", "01_ai"),
    (r"dbrx", "databricks"),
    (r"(doubao|seedance|seedream|^seed-)", "bytedance"),
    (r"(hunyuan|^hy\d)", "tencent"),
    (r"ernie", "baidu"),
    (r"^mimo", "xiaomi_mimo"),
    (r"^voyage", "voyage"),
    (r"(marengo|pegasus)", "twelvelabs"),
    (r"palmyra", "writer"),
    (r"(bge-)", "baai"),
    (r"(olmo|molmo)", "allen_ai"),
    (r"(falcon)", "tii"),
    (r"(arctic)", "snowflake"),
    (r"(recraft)", "recraft"),
    (r"(ideogram)", "ideogram"),
    (r"(mercury)", "inception"),
]


def provider_of(source_provider):
    if source_provider.startswith("vertex_ai"):
        return "vertex_ai"
    return MERGED.get(source_provider, source_provider)


def model_of(key, source_provider, provider):
    """The name the provider's API takes: the key without the source's routing prefix."""
    for prefix in (source_provider, provider):
        if key.startswith(prefix + "/"):
            return key[len(prefix) + 1:]
    return key


def vendor_of(provider, model):
    last = model.lower().split("/")[-1].split("@")[0]
    # Bedrock and others write vendor.model, behind an optional region
    last = re.sub(r"^(us|eu|apac|global|jp|au|us-gov)\.", "", last)
    last = re.sub(r"^(anthropic|meta|amazon|mistral|cohere|ai21|stability|qwen|openai|google)\.",
                  "", last)
    for pattern, vendor in VENDORS:
        if re.search(pattern, last):
            return vendor
    return OWN_MODELS.get(provider, provider)


def is_first_party(provider, model, vendor):
    return "/" not in model and OWN_MODELS.get(provider) == vendor
