import OpenAI from "openai";

const client = new OpenAI();

const stream = await client.chat.completions.create({
  model: "sim-chat",
  messages: [{ role: "user", content: "Say hello" }],
  stream: true,
  stream_options: { include_usage: true },
});
for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta.content ?? "");
  if (chunk.usage) console.log("\ntokens:", chunk.usage.total_tokens);
}
