package dev.sluice.control.access;

import java.util.Optional;

/// The headers of a request: all that is needed to find out who makes it.
@FunctionalInterface
public interface Headers {

    /// The first value of a header, whatever the case of its name.
    Optional<String> header(String name);
}
