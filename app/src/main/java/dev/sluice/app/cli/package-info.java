/// The command line: what people type. Every command talks to the management API over HTTP, as any
/// other client does; only `backup`, `restore` and `doctor` look at the data directory and the
/// database themselves.
///
/// Must not know: the data plane, the routes' code, how the server is wired.
@NullMarked
package dev.sluice.app.cli;

import org.jspecify.annotations.NullMarked;
