/// Cuts an event stream into frames, incrementally and without losing a byte.
///
/// Grammar (WHATWG server-sent events, as far as providers and clients use it):
/// ```
/// stream  = [BOM] *frame
/// frame   = *line blank
/// line    = (comment | field) end
/// comment = ":" *any
/// field   = name [":" [" "] value]          ; event, data, id, retry; other names are ignored
/// blank   = end
/// end     = CR LF | LF | CR                 ; may be mixed within one stream
/// ```
/// Must not know: what is inside a frame, JSON, dialects.
@NullMarked
package dev.sluice.protocol.framing;

import org.jspecify.annotations.NullMarked;
