/// Calls that are no conversations: pictures, sound, moderation, ranking. One class for each kind
/// of request says what it asks for at most ([dev.sluice.domain.MediaFacts]) and how its answers
/// are metered; what they have in common (JSON or a form, one answer or a stream) is here too.
///
/// Must not know: prices, targets, HTTP.
@NullMarked
package dev.sluice.protocol.media;

import org.jspecify.annotations.NullMarked;
