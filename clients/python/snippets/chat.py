from openai import OpenAI

# Reads OPENAI_BASE_URL (http://127.0.0.1:8080/v1) and OPENAI_API_KEY (sk-sluice-…).
client = OpenAI()

answer = client.chat.completions.create(
    model="sim-chat",
    messages=[{"role": "user", "content": "Say hello"}],
)
print(answer.choices[0].message.content)
