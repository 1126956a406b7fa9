/// What a key asks about the video jobs it began: their state, the video itself, another version of
/// it.
///
/// Must not know: holds, prices, how a job is looked after.
@NullMarked
package dev.sluice.gateway.videos;

import org.jspecify.annotations.NullMarked;
