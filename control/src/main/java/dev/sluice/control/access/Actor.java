package dev.sluice.control.access;

import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who makes a management call.
///
/// @param name for the audit log: `installation`, `file`, or the credential's id and owner
/// @param organizationId the one organization it belongs to; null for the installation
/// @param owner `user:<name>` or `service:<name>` of a credential; null for the installation
/// @param session the browser session it came by, or null
public record Actor(
        String name,
        @Nullable String organizationId,
        @Nullable String owner,
        Set<Role> roles,
        @Nullable SignedIn session) {

    /// A session of a local account.
    public record SignedIn(String sessionId, String accountId) {}

    /// Somebody who came without a session.
    public Actor(
            String name, @Nullable String organizationId, @Nullable String owner, Set<Role> roles) {
        this(name, organizationId, owner, roles, null);
    }

    /// The holder of `SLUICE_ADMIN_KEY`.
    public static final Actor INSTALLATION = new Actor("installation", null, null, Set.of());

    /// The configuration file read at the start.
    public static final Actor FILE = new Actor("file", null, null, Set.of());

    /// Routes that ask for no credential.
    public static final Actor NOBODY = new Actor("nobody", "", null, Set.of());

    /// The same caller in another organization.
    Actor in(String organization) {
        return new Actor(name, organization, owner, roles, session);
    }

    public boolean isInstallation() {
        return organizationId == null;
    }

    /// Whether it holds the right on everything of its organization.
    public boolean may(Right right) {
        if (right == Right.CONTENT_READ && isInstallation()) {
            return false;
        }
        if (isInstallation()) {
            return true;
        }
        if (right == Right.MODELS_CALL && roles.stream().anyMatch(Role::reviewing)) {
            return false;
        }
        return roles.stream().anyMatch(role -> role.rights().contains(right));
    }

    /// Whether it holds the right at least on what is its own.
    public boolean mayOwn(Right right) {
        return may(right) || roles.stream().anyMatch(role -> role.ownRights().contains(right));
    }

    /// A right of the role that it lacks itself: nobody gives away what they do not hold.
    public Optional<Right> lacksOf(Role role) {
        return role.rights().stream()
                .filter(right -> right != Right.MODELS_CALL && !may(right))
                .findFirst();
    }

    /// Whether the right ends at what is its own: [#owner] then says whose that is.
    public boolean onlyOwn(Right right) {
        return !may(right) && mayOwn(right);
    }
}
