/// OpenAI's responses: plain and streamed.
///
/// What is read of a request (everything else passes untouched):
/// ```
/// model                string, 1..256 characters, required
/// input                string | [item]; required
/// item                 {type, content | output: string | [part], encrypted_content}
/// stream               boolean; max_output_tokens: integer ≥ 1; max_tool_calls; service_tier
/// tools                [{type}]
/// metadata.customer, safety_identifier, user: string
/// previous_response_id, conversation, prompt, background: refused, see [OpenAiResponses]
/// ```
/// of an answer or an event:
/// ```
/// type, delta, item {type, name}, response | the answer itself {id, model, status, output, usage,
/// service_tier, incomplete_details, error}
/// ```
///
/// Must not know: sockets, prices, routing; other dialects.
@NullMarked
package dev.sluice.protocol.responses;

import org.jspecify.annotations.NullMarked;
