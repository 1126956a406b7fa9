/// Anthropic's dialect: messages, plain and streamed, and their count of tokens.
///
/// What is read of a request (everything else passes untouched):
/// ```
/// model              string, 1..256 characters, required
/// max_tokens         integer ≥ 1, required but for a count
/// messages           [{role, content: string | [block+]}+], required
/// system             string | [block]; cache_control {ttl} of blocks, tools and the request
/// block.type         text thinking redacted_thinking tool_use server_tool_use search_result |
///                    image | document | tool_result
/// stream             boolean; thinking {type, budget_tokens}; service_tier, speed: string
/// tools              [{type, max_uses}]; mcp_servers: [object]; container
/// metadata.user_id   string
/// ```
/// of an answer or an event:
/// ```
/// type, id, model, content[], content_block, delta {text, thinking, partial_json, stop_reason},
/// stop_reason, usage, message {id, model, usage}, error
/// ```
///
/// Must not know: sockets, prices, routing; other dialects.
@NullMarked
package dev.sluice.protocol.anthropic;

import org.jspecify.annotations.NullMarked;
