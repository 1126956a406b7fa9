/// OpenAI's dialect: chat completions, embeddings, the list of models.
///
/// What is read of a chat request (everything else passes untouched):
/// ```
/// model              string, 1..256 characters, required
/// messages           [object+], required; content: string | null | [part+]
/// part.type          text refusal | image_url input_image | input_audio |
///                    video_url input_video | file input_file
/// stream             boolean; stream_options: {include_usage: boolean}
/// max_tokens, max_completion_tokens        integer ≥ 1
/// n                  integer 1..128
/// service_tier       string; modalities: [string]
/// tools              [{type}]; functions: [object]; web_search_options: object
/// metadata           object; metadata.customer, safety_identifier, user: string
/// ```
/// of an embeddings request:
/// ```
/// model, input: string | [string+] | [integer+] | [[integer+]+], encoding_format: float | base64,
/// dimensions: integer ≥ 1, user
/// ```
/// of an answer or a chunk:
/// ```
/// id, model, service_tier, choices[]{index, finish_reason, delta | message {content,
/// reasoning_content, refusal, tool_calls, function_call, annotations}}, usage, error
/// ```
/// `null` counts as absent for every optional field, as it does at the original.
///
/// Must not know: sockets, prices, routing; other dialects.
@NullMarked
package dev.sluice.protocol.openai;

import org.jspecify.annotations.NullMarked;
