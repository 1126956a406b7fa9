import OpenAI from "openai";

const client = new OpenAI();

const { data, response } = await client.chat.completions
  .create(
    { model: "sim-chat", messages: [{ role: "user", content: "Say hello" }] },
    // Who and what it is for: in usage, invoices and quotas, never sent to the provider.
    { headers: { "x-sluice-workflow": "greetings", "x-sluice-customer": "acme" } },
  )
  .withResponse();
console.log("request", response.headers.get("x-request-id"));
console.log("route", response.headers.get("x-sluice-route"));
console.log("cost in USD", response.headers.get("x-sluice-cost-usd"));
console.log(data.choices[0].message.content);
