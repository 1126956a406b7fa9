/// What is told of calls that ended: a line in the call log, the counts of the metrics.
///
/// Must not know: any other room of the gateway.
@NullMarked
package dev.sluice.gateway.telemetry;

import org.jspecify.annotations.NullMarked;
