/// Gemini's dialect: `generateContent`, plain and streamed, its count of tokens and its list of
/// models.
///
/// A request has its model and its verb in the path. Here they are members of the body, as the
/// first ones ([GeminiContent#addressed]), so that a request is one document as in every other
/// dialect. Names are read in both spellings that protocol buffers allow: `inlineData` and
/// `inline_data`.
///
/// What is read of a request for what decisions rest on:
/// ```
/// model, stream        put there by Sluice
/// contents             [{role, parts: [part]}+], required; systemInstruction {parts}
/// part                 text | inlineData {mimeType, data} | fileData | functionCall | …
/// tools                [{functionDeclarations | what the provider runs}]
/// generationConfig     {maxOutputTokens, candidateCount, responseModalities}
/// cachedContent, serviceTier
/// ```
///
/// Towards providers, a call carries its signature in its id ([CallSeal]), which clients of every
/// dialect send back; thoughts and texts carry theirs as seals
/// ([dev.sluice.protocol.canonical.Seals]).
///
/// Must not know: sockets, prices, routing; other dialects.
@NullMarked
package dev.sluice.protocol.gemini;

import org.jspecify.annotations.NullMarked;
