/// The process: `main`, its configuration, the object graph and the command line. The only room
/// that sees all others.
///
/// Must not know: how any of them works. What is decided here is what is wired to what.
@NullMarked
package dev.sluice.app;

import org.jspecify.annotations.NullMarked;
