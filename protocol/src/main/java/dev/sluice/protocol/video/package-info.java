/// Jobs that make videos. A client speaks one shape, whichever provider works for it; each way a
/// provider has of being asked, looked after and fetched from is a [VideoWire]: what is sent, and
/// what an answer says of a job's state and of what it used.
///
/// Must not know: prices, targets, how anything is sent or kept.
@NullMarked
package dev.sluice.protocol.video;

import org.jspecify.annotations.NullMarked;
