package dev.sluice.simulator.script;

import org.jspecify.annotations.Nullable;

/// Directives for calls to come. A null filter matches every call.
///
/// @param skip how many matching calls pass untouched first
/// @param calls how many matching calls it is for; [#ALWAYS] until cleared
public record Script(
        Directives directives,
        long skip,
        long calls,
        @Nullable String account,
        @Nullable String path,
        @Nullable String model) {

    public static final long ALWAYS = Long.MAX_VALUE;

    /// For the next `calls` calls, whatever they are.
    public static Script next(int calls, String directives) {
        return new Script(Directives.parse(directives), 0, calls, null, null, null);
    }

    /// For all calls until cleared.
    public static Script always(String directives) {
        return new Script(Directives.parse(directives), 0, ALWAYS, null, null, null);
    }

    public Script skipping(long first) {
        return new Script(directives, first, calls, account, path, model);
    }

    /// Only for calls with this key's label.
    public Script ofAccount(String label) {
        return new Script(directives, skip, calls, label, path, model);
    }

    /// Only for calls to this path.
    public Script ofPath(String exact) {
        return new Script(directives, skip, calls, account, exact, model);
    }

    /// Only for calls of this model, without suffix.
    public Script ofModel(String bare) {
        return new Script(directives, skip, calls, account, path, bare);
    }

    boolean matches(String callAccount, String callPath, String callModel) {
        return (account == null || account.equals(callAccount))
                && (path == null || path.equals(callPath))
                && (model == null || model.equals(callModel));
    }
}
