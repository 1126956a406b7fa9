/// Where large uploads are while they are served: files that nobody else can open and that are
/// gone with the process.
///
/// Must not know: what is in them.
@NullMarked
package dev.sluice.gateway.spool;

import org.jspecify.annotations.NullMarked;
