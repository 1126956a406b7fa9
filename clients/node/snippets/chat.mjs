import OpenAI from "openai";

// Reads OPENAI_BASE_URL (http://127.0.0.1:8080/v1) and OPENAI_API_KEY (sk-sluice-…).
const client = new OpenAI();

const answer = await client.chat.completions.create({
  model: "sim-chat",
  messages: [{ role: "user", content: "Say hello" }],
});
console.log(answer.choices[0].message.content);
