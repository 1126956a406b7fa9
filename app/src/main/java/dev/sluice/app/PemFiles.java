package dev.sluice.app;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Looks at files of certificates and keys before anything is built on them: what is wrong with
/// them would show only in handshakes that fail.
final class PemFiles {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");

    private static final class Block {
        final String kind;
        final byte[] content;

        /// @throws IllegalArgumentException when that is not Base64
        Block(String kind, String base64) {
            this.kind = kind;
            this.content = Base64.getDecoder().decode(base64);
        }
    }

    private PemFiles() {}

    /// What is wrong with a file of certificates; nothing for none, and for one that cannot be
    /// read, which is told elsewhere.
    static Optional<String> flawOfCertificates(@Nullable Path file) {
        if (file == null || !Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return certificates(file).isEmpty()
                    ? Optional.of(file + " holds no PEM certificate.")
                    : Optional.empty();
        } catch (CertificateException | IllegalArgumentException e) {
            return Optional.of(file + " holds a certificate that is damaged.");
        } catch (IOException e) {
            return Optional.of(file + " is no text file.");
        }
    }

    /// What is wrong with a file of a private key, also that it is another one's.
    static Optional<String> flawOfKey(@Nullable Path file, @Nullable Path ofCertificate) {
        if (file == null || !Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            List<Block> keys =
                    blocks(file).stream().filter(b -> b.kind.endsWith("PRIVATE KEY")).toList();
            if (keys.isEmpty()) {
                return Optional.of(file + " holds no PEM private key.");
            }
            Block key = keys.getFirst();
            if (key.kind.startsWith("ENCRYPTED")) {
                return Optional.of(file + " is encrypted; Sluice needs it without a passphrase.");
            }
            boolean other =
                    key.kind.equals("PRIVATE KEY")
                            && ofCertificate != null
                            && flawOfCertificates(ofCertificate).isEmpty()
                            && !belong(key, certificates(ofCertificate).getFirst().getPublicKey());
            return other
                    ? Optional.of(file + " is not the key of SLUICE_TLS_CERT.")
                    : Optional.empty();
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            return Optional.of(file + " holds a private key that is damaged.");
        }
    }

    /// Signs with the one and checks with the other.
    private static boolean belong(Block key, PublicKey certified) throws GeneralSecurityException {
        String kind = certified.getAlgorithm();
        PrivateKey own =
                KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(key.content));
        String with = kind.equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
        Signature signature = Signature.getInstance(kind.startsWith("Ed") ? kind : with);
        signature.initSign(own);
        signature.update(key.content);
        byte[] signed = signature.sign();
        signature.initVerify(certified);
        signature.update(key.content);
        return signature.verify(signed);
    }

    private static List<Certificate> certificates(Path file)
            throws IOException, CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<Certificate> certificates = new ArrayList<>();
        for (Block block : blocks(file)) {
            if (block.kind.equals("CERTIFICATE")) {
                certificates.add(
                        factory.generateCertificate(new ByteArrayInputStream(block.content)));
            }
        }
        return certificates;
    }

    /// What stands around the blocks is comment.
    private static List<Block> blocks(Path file) throws IOException {
        // any bytes are some text
        Matcher found = BLOCK.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        List<Block> blocks = new ArrayList<>();
        while (found.find()) {
            String base64 = found.group(2).replaceAll("\\s", "");
            blocks.add(new Block(found.group(1), base64));
        }
        return blocks;
    }
}
