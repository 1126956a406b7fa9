package dev.sluice.control.compat;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Actor;
import dev.sluice.control.access.Authenticator;
import dev.sluice.control.access.Credentials;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementRequest;
import dev.sluice.domain.CidrBlock;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import dev.sluice.domain.FaultException;
import dev.sluice.domain.KeyDigest;
import dev.sluice.policy.KeyEntry;
import dev.sluice.policy.Organization;
import dev.sluice.policy.Policy;
import dev.sluice.policy.SnapshotSource;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Finds out who reads a view: a gateway key by the rules of model calls, or a management
/// credential by those of the management plane.
final class Door {

    private static final String BEARER = "bearer ";
    private static final List<String> KEY_HEADERS = List.of("x-api-key", "api-key");

    private final Authenticator authenticator;
    private final SnapshotSource snapshots;

    Door(Authenticator authenticator, SnapshotSource snapshots) {
        this.authenticator = authenticator;
        this.snapshots = snapshots;
    }

    /// The reader; a fault (401, or 403) when there is none.
    ///
    /// @param access what a management credential needs
    Visitor visitor(ManagementCall call, Access access) {
        Optional<String> key = key(call.request());
        return key.isPresent() ? ofKey(key.get(), call) : managing(call, access);
    }

    private Optional<String> key(ManagementRequest request) {
        Optional<String> bearer =
                request.header("authorization")
                        .filter(value -> value.toLowerCase(Locale.ROOT).startsWith(BEARER))
                        .map(value -> value.substring(BEARER.length()));
        return bearer.or(() ->
                        KEY_HEADERS.stream()
                                .flatMap(name -> request.header(name).stream())
                                .findFirst())
                .map(String::strip)
                .filter(text -> text.startsWith(Credentials.KEY_PREFIX))
                .filter(text -> !text.startsWith(Credentials.ADMIN_PREFIX))
                .filter(text -> !authenticator.isAdminKey(text));
    }

    private Visitor ofKey(String credential, ManagementCall call) {
        KeyEntry key = snapshots.current().keys().get(KeyDigest.of(credential).hex());
        if (key == null) {
            throw unauthorized("The API key is not known here, or it was revoked.");
        }
        Instant notAfter = key.notAfter();
        if (notAfter != null && !call.now().isBefore(notAfter)) {
            throw unauthorized("The API key has expired.");
        }
        if (!key.allowedIps().isEmpty() && !isAllowed(key, call.request().remoteAddress())) {
            throw Policy.denied("ip", "This key may not be used from this address.").asException();
        }
        return new Visitor.OfKey(key, organization(key.organizationId()));
    }

    private static boolean isAllowed(KeyEntry key, String address) {
        try {
            InetAddress client = InetAddress.ofLiteral(address);
            return key.allowedIps().stream()
                    .anyMatch(block -> CidrBlock.parse(block).contains(client));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private Visitor managing(ManagementCall call, Access access) {
        ManagementRequest request = call.request();
        Actor actor =
                authenticator.visiting(
                        request, authenticator.authenticate(request.method(), request));
        if (!access.allows(actor)) {
            throw Fault.of(
                            FaultCode.PERMISSION_DENIED,
                            "This credential may not do that: it needs " + access.words() + ".")
                    .asException();
        }
        return new Visitor.Managing(
                actor, organization(authenticator.organization(request, actor)));
    }

    /// An organization that was made a moment ago may not be published yet.
    private Organization organization(String id) {
        Organization organization = snapshots.current().organizations().get(id);
        if (organization == null) {
            throw Fault.of(FaultCode.NOT_FOUND, "This organization is not served here yet.")
                    .asException();
        }
        return organization;
    }

    private static FaultException unauthorized(String message) {
        return Fault.of(FaultCode.INVALID_API_KEY, message).asException();
    }
}
