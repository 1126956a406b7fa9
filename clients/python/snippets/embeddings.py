from openai import OpenAI

client = OpenAI()

answer = client.embeddings.create(model="sim-embed", input=["first text", "second text"])
print(len(answer.data), "vectors of", len(answer.data[0].embedding))
