/// `./sluice bench`: measures the gateway against nginx and against no gateway at all, on the
/// machine it runs on, and the hot functions one by one.
///
/// Not part of the server. Knows the gateway from outside only: its launcher, its HTTP interface,
/// its processes and, to compare the books, its tables. Only `micro` calls the server's classes.
@NullMarked
package dev.sluice.bench;

import org.jspecify.annotations.NullMarked;
