/// Values every other room speaks in: ids, money, meters, usage, faults, callers, windows, claims.
///
/// Must not know: sockets, SQL, JSON, wall clocks, threads. The JDK alone.
@NullMarked
package dev.sluice.domain;

import org.jspecify.annotations.NullMarked;
