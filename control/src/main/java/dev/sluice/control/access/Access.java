package dev.sluice.control.access;

import java.util.EnumSet;
import java.util.Set;

/// Who may call a route.
///
/// @param reach what the route works on
/// @param rights any one of them suffices; empty means every credential of the organization
/// @param ownSuffices whether a right on own things opens the route; the handler then limits itself
///     to those ([Actor#onlyOwn])
public record Access(Reach reach, Set<Right> rights, boolean ownSuffices) {

    /// What a route works on.
    public enum Reach {
        /// Needs no credential.
        PUBLIC,
        /// One organization.
        ORGANIZATION,
        /// The list of organizations: the installation sees all, anybody else their own.
        ORGANIZATIONS,
        /// The caller itself, whoever it is.
        SELF,
        /// A gateway key's own, or an organization: the handler finds the caller itself.
        CALLER,
        /// The whole installation: only its own key.
        INSTALLATION
    }

    public static final Access PUBLIC = new Access(Reach.PUBLIC, Set.of(), false);

    public static final Access INSTALLATION = new Access(Reach.INSTALLATION, Set.of(), false);

    public static final Access SELF = new Access(Reach.SELF, Set.of(), false);

    /// Every credential of the organization.
    public static final Access MEMBER = new Access(Reach.ORGANIZATION, Set.of(), false);

    /// Holders of one of the rights.
    public static Access any(Right first, Right... more) {
        return new Access(Reach.ORGANIZATION, EnumSet.of(first, more), false);
    }

    /// Holders of one of the rights, also where it ends at their own things.
    public static Access anyOrOwn(Right first, Right... more) {
        return new Access(Reach.ORGANIZATION, EnumSet.of(first, more), true);
    }

    /// Views that applications read with the key they call models with.
    ///
    /// @param rights one of which a management credential needs; none: any will do
    public static Access caller(Right... rights) {
        return new Access(Reach.CALLER, Set.of(rights), false);
    }

    public static Access organizations(Set<Right> rights) {
        return new Access(Reach.ORGANIZATIONS, rights, false);
    }

    public boolean allows(Actor actor) {
        return switch (reach) {
            case PUBLIC, SELF -> true;
            case INSTALLATION -> actor.isInstallation();
            case ORGANIZATION, ORGANIZATIONS, CALLER ->
                    rights.isEmpty()
                            || rights.stream()
                                    .anyMatch(right ->
                                            ownSuffices ? actor.mayOwn(right) : actor.may(right));
        };
    }

    /// In words, for refusals and the API reference.
    public String words() {
        return switch (reach) {
            case PUBLIC -> "nothing";
            case SELF -> "any management credential";
            case CALLER ->
                    "a gateway key, or a management credential"
                            + (rights.isEmpty() ? "" : " with " + rightNames());
            case INSTALLATION -> "the installation's own key (SLUICE_ADMIN_KEY)";
            case ORGANIZATION, ORGANIZATIONS ->
                    rights.isEmpty()
                            ? "any management credential of the organization"
                            : rightNames();
        };
    }

    private String rightNames() {
        return String.join(" or ", rights.stream().map(Right::wireName).sorted().toList());
    }
}
