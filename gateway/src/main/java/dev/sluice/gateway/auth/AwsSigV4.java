package dev.sluice.gateway.auth;

import dev.sluice.domain.PercentEncoding;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// AWS Signature Version 4, as published: a hash over the request, signed with a key that holds for
/// a day, a region and a service.
public final class AwsSigV4 {

    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final String UNRESERVED = "-._~";

    private final AwsCredential credential;
    private final String region;
    private final String service;

    /// @param service as the signature names it
    public AwsSigV4(AwsCredential credential, String region, String service) {
        this.credential = credential;
        this.region = region;
        this.service = service;
    }

    /// The headers to add to a request: the time, the session's token where there is one, and the
    /// signature over method, path, query, the given headers and the body.
    ///
    /// @param uri path and query as they are sent
    /// @param headers to be signed besides, by lower-case name; `host` must be among them
    public Map<String, String> sign(
            String method, String uri, Map<String, String> headers, byte[] body, Instant now) {
        String stamp = STAMP.format(now);
        String scope = stamp.substring(0, 8) + "/" + region + "/" + service + "/aws4_request";
        Map<String, String> added = new LinkedHashMap<>();
        added.put("x-amz-date", stamp);
        if (credential.sessionToken() != null) {
            added.put("x-amz-security-token", credential.sessionToken());
        }
        TreeMap<String, String> signed = new TreeMap<>(headers);
        signed.putAll(added);
        String names = String.join(";", signed.keySet());
        String text =
                ALGORITHM
                        + "\n"
                        + stamp
                        + "\n"
                        + scope
                        + "\n"
                        + hex(sha256(bytes(canonical(method, uri, signed, names, body))));
        byte[] key =
                hmac(
                        hmac(
                                hmac(
                                        hmac(
                                                bytes("AWS4" + credential.secret()),
                                                stamp.substring(0, 8)),
                                        region),
                                service),
                        "aws4_request");
        added.put(
                "authorization",
                ALGORITHM
                        + " Credential="
                        + credential.accessKeyId()
                        + "/"
                        + scope
                        + ", SignedHeaders="
                        + names
                        + ", Signature="
                        + hex(hmac(key, text)));
        return added;
    }

    private static String canonical(
            String method, String uri, Map<String, String> signed, String names, byte[] body) {
        int question = uri.indexOf('?');
        StringBuilder text = new StringBuilder(method).append('\n');
        text.append(path(question < 0 ? uri : uri.substring(0, question))).append('\n');
        text.append(question < 0 ? "" : query(uri.substring(question + 1))).append('\n');
        signed.forEach((name, value) ->
                text.append(name)
                        .append(':')
                        .append(value.strip().replaceAll(" +", " "))
                        .append('\n'));
        return text.append('\n').append(names).append('\n').append(hex(sha256(body))).toString();
    }

    /// What is encoded for the wire already is encoded once more, but for its slashes.
    private static String path(String path) {
        return path.isEmpty() ? "/" : PercentEncoding.encoded(path, UNRESERVED + "/");
    }

    private static String query(String query) {
        List<String> pairs = new ArrayList<>();
        for (String pair : query.split("&", -1)) {
            if (!pair.isEmpty()) {
                pairs.add(pair.indexOf('=') < 0 ? pair + "=" : pair);
            }
        }
        Collections.sort(pairs);
        return String.join("&", pairs);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(bytes(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
        }
    }
}
