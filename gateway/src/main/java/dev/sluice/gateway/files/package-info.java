/// Files that keys upload and that batches leave behind: kept sealed, in pieces, for every replica.
///
/// Must not know: batches, exchanges, sockets, providers.
@NullMarked
package dev.sluice.gateway.files;

import org.jspecify.annotations.NullMarked;
