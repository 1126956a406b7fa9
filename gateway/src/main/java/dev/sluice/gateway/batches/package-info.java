/// Batches: files of calls that the gateway runs one by one for the key that handed them in, each
/// an ordinary call of that key through the listener, with the admission, the limits and the price
/// of any other.
///
/// A batch is in PostgreSQL, line by line. A replica holds it for seconds at a time while it works
/// on it; when that replica ends, another one goes on with the lines that have no answer. Each line
/// has an idempotency key, so that none is asked and paid twice.
///
/// Where a quota counts the items of batches, those of a batch are held as a job is while it goes
/// on.
///
/// Must not know: exchanges, event loops, providers, prices.
@NullMarked
package dev.sluice.gateway.batches;

import org.jspecify.annotations.NullMarked;
