/// From the database to the data plane: the compiled configuration and its newest version.
///
/// Must not know: who reads it.
@NullMarked
package dev.sluice.control.snapshot;

import org.jspecify.annotations.NullMarked;
