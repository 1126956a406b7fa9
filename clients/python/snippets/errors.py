import openai

client = openai.OpenAI()

try:
    client.chat.completions.create(
        model="no-such-model",
        messages=[{"role": "user", "content": "Say hello"}],
    )
except openai.RateLimitError as refused:
    # A quota says which rule, and when it resets; the SDK retries only where that can help.
    print(refused.code, refused.body.get("sluice"))
except openai.APIStatusError as refused:
    print(refused.status_code, refused.code, refused.request_id)
