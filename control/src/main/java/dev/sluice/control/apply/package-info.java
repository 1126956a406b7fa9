/// Configuration as code: `sluice.yaml` is read with the place of everything in it, planned,
/// applied in one transaction, and exported again.
///
/// Must not know: how the kinds of objects are checked or kept; it goes through their
/// [dev.sluice.control.config.Resource].
@NullMarked
package dev.sluice.control.apply;

import org.jspecify.annotations.NullMarked;
