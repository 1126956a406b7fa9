/// Quota rules: their grammar and where they stand.
///
/// Must not know: how a call is held against them.
@NullMarked
package dev.sluice.control.quotas;

import org.jspecify.annotations.NullMarked;
