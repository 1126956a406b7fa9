/// The functions every call runs through, measured one by one with JMH. Knows nothing of the
/// harness; calls the server's classes as the server does.
@NullMarked
package dev.sluice.bench.micro;

import org.jspecify.annotations.NullMarked;
