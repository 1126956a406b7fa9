/// The audit log: who changed what, without secrets, append-only.
///
/// Must not know: how the changes are made.
@NullMarked
package dev.sluice.control.audit;

import org.jspecify.annotations.NullMarked;
