package dev.sluice.control.callers;

import dev.sluice.control.config.Edit;
import dev.sluice.control.http.Fields;

/// Reads `owner: "user:<name>"` or `"service:<name>"` of keys and credentials.
public final class Owners {

    private static final String USER = "user:";
    private static final String SERVICE = "service:";

    private final UserResource users;
    private final MachineResource machines;

    public Owners(UserResource users, MachineResource machines) {
        this.users = users;
        this.machines = machines;
    }

    /// The owner in canonical form, by name. One that does not exist is made when `create` is
    /// true, else refused.
    public String read(Edit edit, Fields fields, String field, boolean create) {
        String text = fields.text(field);
        if (text.startsWith(USER) && text.length() > USER.length()) {
            return USER + user(edit, fields, field, text.substring(USER.length()), create);
        }
        if (text.startsWith(SERVICE) && text.length() > SERVICE.length()) {
            return SERVICE + machine(edit, fields, field, text.substring(SERVICE.length()), create);
        }
        throw fields.wrong(field, "must be \"user:<name>\" or \"service:<name>\".");
    }

    public static boolean isService(String owner) {
        return owner.startsWith(SERVICE);
    }

    private String user(Edit edit, Fields fields, String field, String name, boolean create) {
        var found = users.rows().find(edit.sql(), edit.organizationId(), name);
        if (found.isPresent()) {
            return found.get().head().name();
        }
        requireMayCreate(edit, fields, field, "user", name, create);
        User user =
                new User(
                        edit.within(edit.organizationId(), false).newHead("user", name),
                        null,
                        null,
                        null);
        users.insert(edit, user);
        edit.record("create", "user", user.head(), null, users.show(user));
        return name;
    }

    private String machine(Edit edit, Fields fields, String field, String name, boolean create) {
        var found = machines.rows().find(edit.sql(), edit.organizationId(), name);
        if (found.isPresent()) {
            return found.get().head().name();
        }
        requireMayCreate(edit, fields, field, "service", name, create);
        Machine machine =
                new Machine(
                        edit.within(edit.organizationId(), false).newHead("svc", name),
                        null,
                        null,
                        null,
                        null,
                        null);
        machines.insert(edit, machine);
        edit.record("create", "service", machine.head(), null, machines.show(machine));
        return name;
    }

    private static void requireMayCreate(
            Edit edit, Fields fields, String field, String kind, String name, boolean create) {
        if (!create || name.length() > 128) {
            String remedy =
                    edit.fromFile()
                            ? "List it under '%ss' of the file."
                            : "Create it first: POST /admin/v1/%ss.";
            throw fields.wrong(
                    field, "names no %s: '%s'. ".formatted(kind, name) + remedy.formatted(kind));
        }
    }
}
