package dev.sluice.control.http;

/// What a route does. Throws [dev.sluice.domain.FaultException] to refuse.
@FunctionalInterface
public interface Handler {

    ManagementResponse handle(ManagementCall call);
}
