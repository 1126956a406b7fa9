package dev.sluice.control.accounts;

import dev.sluice.control.access.Actor;
import dev.sluice.control.access.Role;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A user who signs in with a password.
///
/// @param email in lower case, unique in the installation
record Account(
        String id,
        String organizationId,
        String userName,
        String email,
        Set<Role> roles,
        @Nullable Instant lastSignInAt,
        @Nullable Instant disabledAt,
        Instant passwordChangedAt,
        Instant createdAt) {

    String owner() {
        return "user:" + userName;
    }

    /// Who acts, when the account itself does.
    Actor actor() {
        return new Actor(id + " " + owner(), organizationId, owner(), roles);
    }
}
