package dev.sluice.gateway.auth;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An access key of AWS, as an upstream's credential carries it:
/// `ACCESS_KEY_ID:SECRET_ACCESS_KEY[:SESSION_TOKEN]`.
public record AwsCredential(String accessKeyId, String secret, @Nullable String sessionToken) {

    private static final Pattern FORM =
            Pattern.compile("([A-Z0-9]{16,128}):([^:\\s]+)(?::(\\S+))?");

    /// Empty when it is no access key: then it is an API key of the service.
    public static Optional<AwsCredential> parse(String credential) {
        Matcher form = FORM.matcher(credential);
        return form.matches()
                ? Optional.of(new AwsCredential(form.group(1), form.group(2), form.group(3)))
                : Optional.empty();
    }

    /// Nothing of the secret.
    @Override
    public String toString() {
        return "AwsCredential[" + accessKeyId + "]";
    }
}
