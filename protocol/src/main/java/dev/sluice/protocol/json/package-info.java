/// Strict reading of untrusted JSON, and edits at single points of the original bytes.
///
/// A document from a client is RFC 8259 JSON in UTF-8 without byte order mark, NUL or lone
/// surrogates, whose top level is one object, whose names are unique within each object, and which
/// keeps [StrictJson.Limits]. Everything else is a 400 that says where and what, never quoting it.
///
/// Must not know: dialects, field names, what a value means.
@NullMarked
package dev.sluice.protocol.json;

import org.jspecify.annotations.NullMarked;
