/// What a key asks about the jobs it began that train models: how far they are, what their provider
/// tells of them, that they stop or wait.
///
/// Must not know: holds, prices, how a job is begun or settled.
@NullMarked
package dev.sluice.gateway.tuning;

import org.jspecify.annotations.NullMarked;
