package dev.sluice.catalog;

import java.util.Optional;

/// How a provider is shown the credential of an upstream.
public sealed interface AuthScheme {

    /// In a header, as it is.
    ///
    /// @param name of the header, in lower case
    /// @param prefix what stands before the credential, `Bearer`; empty when nothing does
    record Header(String name, Optional<String> prefix) implements AuthScheme {
        @Override
        public String wireName() {
            return prefix.isPresent() ? "bearer" : "header";
        }

        @Override
        public String credential() {
            return "an API key";
        }
    }

    /// AWS Signature Version 4 over each request.
    ///
    /// @param service that the signature is for
    record AwsSigV4(String service) implements AuthScheme {
        @Override
        public String wireName() {
            return "aws_sigv4";
        }

        @Override
        public String credential() {
            return "ACCESS_KEY_ID:SECRET_ACCESS_KEY, with :SESSION_TOKEN where there is one; or an"
                    + " API key of the service, which is sent as a bearer token";
        }
    }

    /// A token that a Google service account is given for an assertion it signed; renewed before it
    /// ends.
    ///
    /// @param scope that is asked for
    record GoogleServiceAccount(String scope) implements AuthScheme {
        @Override
        public String wireName() {
            return "google_service_account";
        }

        @Override
        public String credential() {
            return "the service account's key file (JSON); or an access token";
        }
    }

    /// None is asked for.
    record None() implements AuthScheme {
        @Override
        public String wireName() {
            return "none";
        }

        @Override
        public String credential() {
            return "none";
        }
    }

    /// As provider files write it.
    String wireName();

    /// What an operator has to give, in words.
    String credential();
}
