/// Whether models were seen to work: what probes found, with its history.
///
/// Must not know: how probes are run.
@NullMarked
package dev.sluice.control.availability;

import org.jspecify.annotations.NullMarked;
