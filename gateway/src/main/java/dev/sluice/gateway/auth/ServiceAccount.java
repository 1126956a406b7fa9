package dev.sluice.gateway.auth;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A Google service account: it asks for access tokens with an assertion that it signs itself
/// (RFC 7523).
///
/// @param email whom the token is for
/// @param keyId tells Google which key signed, or null
/// @param tokenUri where tokens are given
public record ServiceAccount(String email, @Nullable String keyId, PrivateKey key, URI tokenUri) {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration VALID = Duration.ofHours(1);
    private static final String GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    /// An access token, and until when it is good.
    public record Token(String value, Instant until) {

        /// Nothing of the token.
        @Override
        public String toString() {
            return "Token[until " + until + "]";
        }
    }

    /// Reads the key file that Google hands out; empty when the credential is no such file.
    ///
    /// @throws IllegalArgumentException when it is one, and cannot be used
    public static Optional<ServiceAccount> parse(String credential) {
        if (!credential.stripLeading().startsWith("{")) {
            return Optional.empty();
        }
        try {
            JsonNode file = JSON.readTree(credential);
            String pem = file.path("private_key").asString("");
            String email = file.path("client_email").asString("");
            URI tokenUri = URI.create(file.path("token_uri").asString(""));
            if (pem.isEmpty() || email.isEmpty() || tokenUri.getHost() == null) {
                throw new IllegalArgumentException(
                        "the key file lacks client_email, private_key or token_uri");
            }
            JsonNode keyId = file.path("private_key_id");
            return Optional.of(
                    new ServiceAccount(
                            email,
                            keyId.isString() ? keyId.stringValue() : null,
                            privateKey(pem),
                            tokenUri));
        } catch (JacksonException e) {
            throw new IllegalArgumentException("the key file is no JSON", e);
        }
    }

    private static PrivateKey privateKey(String pem) {
        String base64 =
                pem.replaceAll("-----(BEGIN|END) PRIVATE KEY-----", "").replaceAll("\\s", "");
        try {
            return KeyFactory.getInstance("RSA")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException("the key file's private key cannot be read", e);
        }
    }

    /// The form that is posted to the token endpoint.
    ///
    /// @param scope what the token is to be good for
    public String form(String scope, Instant now) {
        return "grant_type="
                + URLEncoder.encode(GRANT, StandardCharsets.UTF_8)
                + "&assertion="
                + assertion(scope, now);
    }

    private String assertion(String scope, Instant now) {
        ObjectNode head = JSON.createObjectNode().put("alg", "RS256").put("typ", "JWT");
        if (keyId != null) {
            head.put("kid", keyId);
        }
        ObjectNode claims =
                JSON.createObjectNode()
                        .put("iss", email)
                        .put("scope", scope)
                        .put("aud", tokenUri.toString())
                        .put("iat", now.getEpochSecond())
                        .put("exp", now.plus(VALID).getEpochSecond());
        String text =
                base64(JSON.writeValueAsBytes(head)) + "." + base64(JSON.writeValueAsBytes(claims));
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return text + "." + base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the key file's private key cannot sign", e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// Reads what the token endpoint answered; empty when there is no token in it.
    public static Optional<Token> token(byte[] answer, Instant now) {
        try {
            JsonNode node = JSON.readTree(answer);
            String value = node.path("access_token").asString("");
            long seconds = node.path("expires_in").asLong(0);
            return value.isEmpty() || seconds <= 0
                    ? Optional.empty()
                    : Optional.of(new Token(value, now.plusSeconds(seconds)));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /// Nothing of the key.
    @Override
    public String toString() {
        return "ServiceAccount[" + email + "]";
    }
}
