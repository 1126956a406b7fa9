package dev.sluice.bench;

/// How a client asks for the stream of [Work#TRANSLATED]: the same four messages in each.
enum Dialect {
    CHAT("/v1/chat/completions"),
    RESPONSES("/v1/responses"),
    MESSAGES("/v1/messages"),
    GEMINI("/v1beta/models/%s:streamGenerateContent?alt=sse");

    private final String path;

    Dialect(String path) {
        this.path = path;
    }

    byte[] request(String model, String key) {
        return Work.request(
                this == GEMINI ? path.formatted(model) : path, key, body().formatted(model));
    }

    /// With a place for the model's name.
    private String body() {
        return switch (this) {
            case CHAT ->
                    """
                    {"model":"%%s","messages":[{"role":"system","content":"%s"},\
                    {"role":"user","content":"%s"},{"role":"assistant","content":"%s"},\
                    {"role":"user","content":"%s"}],"temperature":0.7,"max_tokens":256,\
                    "stream":true,"stream_options":{"include_usage":true}}\
                    """
                            .formatted(Work.SYSTEM, Work.QUESTION, Work.REPLY, Work.AGAIN);
            // a kept response would be work that no other dialect has
            case RESPONSES ->
                    """
                    {"model":"%%s","instructions":"%s","input":[\
                    {"role":"user","content":"%s"},{"role":"assistant","content":"%s"},\
                    {"role":"user","content":"%s"}],"temperature":0.7,"max_output_tokens":256,\
                    "stream":true,"store":false}\
                    """
                            .formatted(Work.SYSTEM, Work.QUESTION, Work.REPLY, Work.AGAIN);
            case MESSAGES ->
                    """
                    {"model":"%%s","system":"%s","messages":[\
                    {"role":"user","content":"%s"},{"role":"assistant","content":"%s"},\
                    {"role":"user","content":"%s"}],"temperature":0.7,"max_tokens":256,\
                    "stream":true}\
                    """
                            .formatted(Work.SYSTEM, Work.QUESTION, Work.REPLY, Work.AGAIN);
            case GEMINI ->
                    """
                    {"systemInstruction":{"parts":[{"text":"%s"}]},"contents":[\
                    {"role":"user","parts":[{"text":"%s"}]},\
                    {"role":"model","parts":[{"text":"%s"}]},\
                    {"role":"user","parts":[{"text":"%s"}]}],\
                    "generationConfig":{"temperature":0.7,"maxOutputTokens":256}}\
                    """
                            .formatted(Work.SYSTEM, Work.QUESTION, Work.REPLY, Work.AGAIN);
        };
    }
}
