package dev.sluice.gateway.callers;

import dev.sluice.domain.Secret;
import dev.sluice.protocol.json.Trees;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Makes and reads client secrets. All that one says is in it, sealed under the installation's own
/// key, so that every replica can read what another one made, and nothing is kept anywhere.
public final class ClientSecrets {

    private static final String PREFIX = "ek_";

    /// What they are sealed for: nothing else that is sealed can be taken for one.
    private static final String PLACE = "realtime client secret";

    /// Seals under the installation's own key.
    public interface Sealing {
        byte[] sealBytes(byte[] content, String place);

        /// What was sealed; null where that was elsewhere, for something else, or never.
        byte @Nullable [] openedOrNull(byte[] sealed, String place);
    }

    private final Sealing sealing;

    public ClientSecrets(Sealing sealing) {
        this.sealing = sealing;
    }

    /// Whether a credential says that it is one.
    static boolean isOne(String credential) {
        return credential.startsWith(PREFIX);
    }

    public Secret make(ClientSecret secret) {
        ObjectNode content = Trees.object();
        content.put("key", secret.keyDigest());
        content.put("not_after", secret.notAfter().getEpochSecond());
        content.put("beta", secret.beta());
        content.put("transcribes", secret.transcribes());
        content.put("model", secret.model());
        ObjectNode headers = content.putObject("headers");
        secret.headers().forEach(headers::put);
        content.put("session", secret.session());
        byte[] sealed = sealing.sealBytes(deflated(Trees.bytes(content)), PLACE);
        return new Secret(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(sealed));
    }

    /// What a credential says; null for one that was not made here.
    @Nullable ClientSecret read(String credential) {
        byte[] sealed;
        try {
            sealed = Base64.getUrlDecoder().decode(credential.substring(PREFIX.length()));
        } catch (IllegalArgumentException _) {
            return null;
        }
        byte[] content = sealing.openedOrNull(sealed, PLACE);
        if (content == null) {
            return null;
        }
        JsonNode said = Trees.read(inflated(content));
        Map<String, String> headers = new LinkedHashMap<>();
        said.path("headers")
                .properties()
                .forEach(header -> headers.put(header.getKey(), header.getValue().stringValue()));
        return new ClientSecret(
                Trees.stringOrEmpty(said, "key"),
                Instant.ofEpochSecond(said.path("not_after").longValue()),
                said.path("beta").booleanValue(),
                said.path("transcribes").booleanValue(),
                Trees.string(said, "model"),
                headers,
                Trees.string(said, "session"));
    }

    /// It travels in a header, so it should be short.
    private static byte[] deflated(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(bytes)) {
            deflater.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /// Only of what was sealed here, whose size was bounded then.
    private static byte[] inflated(byte[] content) {
        try (InflaterInputStream inflater =
                new InflaterInputStream(new ByteArrayInputStream(content))) {
            return inflater.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
