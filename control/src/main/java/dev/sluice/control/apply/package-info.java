/// Configuration as code: `sluice.yaml` is read with line and column of everything, planned, applied
/// in one transaction, and exported again.
///
/// Must not know: how the kinds of objects are checked or kept; it goes through their
/// [dev.sluice.control.config.Resource].
@NullMarked
package dev.sluice.control.apply;

import org.jspecify.annotations.NullMarked;
