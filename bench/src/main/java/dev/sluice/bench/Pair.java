package dev.sluice.bench;

/// A client's dialect and that of the provider behind the gateway. Each is compared with the pair
/// that has the same provider and translates nothing.
enum Pair {
    CHAT_TO_CHAT(Dialect.CHAT, Dialect.CHAT),
    RESPONSES_TO_CHAT(Dialect.RESPONSES, Dialect.CHAT),
    MESSAGES_TO_CHAT(Dialect.MESSAGES, Dialect.CHAT),
    GEMINI_TO_CHAT(Dialect.GEMINI, Dialect.CHAT),
    MESSAGES_TO_MESSAGES(Dialect.MESSAGES, Dialect.MESSAGES),
    CHAT_TO_MESSAGES(Dialect.CHAT, Dialect.MESSAGES),
    GEMINI_TO_GEMINI(Dialect.GEMINI, Dialect.GEMINI),
    CHAT_TO_GEMINI(Dialect.CHAT, Dialect.GEMINI);

    private final Dialect client;
    private final Dialect provider;

    Pair(Dialect client, Dialect provider) {
        this.client = client;
        this.provider = provider;
    }

    Dialect client() {
        return client;
    }

    Dialect provider() {
        return provider;
    }

    boolean isPassedThrough() {
        return client == provider;
    }

    byte[] request(String key) {
        return client.request(Bursts.model(provider), key);
    }

    /// What one pair did in one round.
    record Measured(Pair pair, Sample sample) {}
}
