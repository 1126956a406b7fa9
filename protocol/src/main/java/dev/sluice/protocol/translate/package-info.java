/// Carries a call between two dialects of conversations: the list of them ([Wire]), and a request
/// that speaks one to its client and another to its upstream ([Translation]).
///
/// Must not know: what any dialect looks like.
@NullMarked
package dev.sluice.protocol.translate;

import org.jspecify.annotations.NullMarked;
