/// What bounds everything else on an event loop: sizes, counts and times by name, the memory that
/// large bodies share, and the wheel that keeps deadlines.
///
/// Must not know: any other room of the gateway.
@NullMarked
package dev.sluice.gateway.limits;

import org.jspecify.annotations.NullMarked;
