from openai import OpenAI

client = OpenAI()

raw = client.chat.completions.with_raw_response.create(
    model="sim-chat",
    messages=[{"role": "user", "content": "Say hello"}],
    # Who and what it is for: in usage, invoices and quotas, never sent to the provider.
    extra_headers={"x-sluice-workflow": "greetings", "x-sluice-customer": "acme"},
)
print("request", raw.headers.get("x-request-id"))
print("route", raw.headers.get("x-sluice-route"))
print("cost in USD", raw.headers.get("x-sluice-cost-usd"))
print(raw.parse().choices[0].message.content)
