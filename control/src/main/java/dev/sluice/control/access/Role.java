package dev.sluice.control.access;

import static dev.sluice.control.access.Right.ADMIN;
import static dev.sluice.control.access.Right.APPROVE;
import static dev.sluice.control.access.Right.AUDIT_READ;
import static dev.sluice.control.access.Right.BILLING_MANAGE;
import static dev.sluice.control.access.Right.KEYS_MANAGE;
import static dev.sluice.control.access.Right.MODELS_CALL;
import static dev.sluice.control.access.Right.USAGE_EXPORT;
import static dev.sluice.control.access.Right.USAGE_VIEW;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// A bundle of rights; docs/reference/permissions.md says which routes they open.
public enum Role {
    OWNER(
            Set.of(
                    KEYS_MANAGE,
                    MODELS_CALL,
                    USAGE_VIEW,
                    USAGE_EXPORT,
                    BILLING_MANAGE,
                    APPROVE,
                    ADMIN,
                    AUDIT_READ),
            Set.of(),
            false),
    PLATFORM(Set.of(KEYS_MANAGE, MODELS_CALL, USAGE_VIEW, ADMIN, AUDIT_READ), Set.of(), false),
    /// Sees own usage, manages own keys that are not for production.
    DEVELOPER(Set.of(MODELS_CALL), Set.of(USAGE_VIEW, KEYS_MANAGE), false),
    FINANCE(Set.of(USAGE_VIEW, USAGE_EXPORT, BILLING_MANAGE, APPROVE), Set.of(), true),
    SECURITY(Set.of(USAGE_VIEW, APPROVE, AUDIT_READ), Set.of(), true),
    LEGAL(Set.of(APPROVE, AUDIT_READ), Set.of(), true),
    PROCUREMENT(Set.of(APPROVE, AUDIT_READ), Set.of(), true),
    SUPPORT(Set.of(USAGE_VIEW), Set.of(), true),
    AUDITOR(Set.of(USAGE_VIEW, USAGE_EXPORT, AUDIT_READ), Set.of(), true);

    @SuppressWarnings("ImmutableEnumChecker") // every set above comes from Set.of
    private final Set<Right> rights;

    @SuppressWarnings("ImmutableEnumChecker")
    private final Set<Right> ownRights;

    private final boolean reviewing;

    Role(Set<Right> rights, Set<Right> ownRights, boolean reviewing) {
        this.rights = rights;
        this.ownRights = ownRights;
        this.reviewing = reviewing;
    }

    /// What it allows on everything of the organization.
    public Set<Right> rights() {
        return rights;
    }

    /// What it allows on the holder's own things only.
    public Set<Right> ownRights() {
        return ownRights;
    }

    /// Whoever holds a reviewing role cannot call models, whatever else they hold.
    public boolean reviewing() {
        return reviewing;
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Role> ofWireName(String name) {
        for (Role role : values()) {
            if (role.wireName().equals(name)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
