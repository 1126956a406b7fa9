package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PemFilesTest {

    @TempDir private Path folder;

    @Test
    void whatWouldFailInEveryHandshakeIsToldAtTheStart() throws Exception {
        String certificate = certificate();
        Path cert = write("cert", "a comment\n" + certificate + certificate);
        byte[] another =
                KeyPairGenerator.getInstance("EC").generateKeyPair().getPrivate().getEncoded();
        Path key = write("key", pem("PRIVATE KEY", another));

        assertThat(PemFiles.flawOfCertificates(cert)).isEmpty();
        assertThat(PemFiles.flawOfKey(key, null)).isEmpty();
        assertThat(PemFiles.flawOfKey(key, cert).orElse("")).contains("not the key of");
        assertThat(PemFiles.flawOfCertificates(key).orElse("")).contains("no PEM certificate");
        assertThat(PemFiles.flawOfKey(cert, cert).orElse("")).contains("no PEM private key");
        Path damaged = write("damaged", certificate.replaceFirst("M", "X"));
        assertThat(PemFiles.flawOfCertificates(damaged).orElse("")).contains("damaged");
        Path locked = write("locked", pem("ENCRYPTED PRIVATE KEY", another));
        assertThat(PemFiles.flawOfKey(locked, cert).orElse("")).contains("without a passphrase");
        Path cut = write("cut", pem("PRIVATE KEY", new byte[] {1, 2, 3}));
        assertThat(PemFiles.flawOfKey(cut, cert).orElse("")).contains("damaged");
    }

    @Test
    void theStartNamesTheSetting() throws Exception {
        Path none = write("none", "-----BEGIN NOTHING-----");
        for (String name : List.of("SLUICE_CA_BUNDLE", "SLUICE_TLS_CERT", "SLUICE_TLS_KEY")) {
            assertThat(Config.problems(Map.of(name, none.toString())))
                    .as(name)
                    .anyMatch(problem -> problem.startsWith(name + ": " + none));
        }
    }

    private Path write(String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name), text);
    }

    private static String pem(String kind, byte[] content) {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, lines, kind);
    }

    /// A self-signed one, by the JDK's own keytool.
    private String certificate() throws Exception {
        String store = folder.resolve("store.p12").toString();
        keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=x", "-keystore", store);
        Path cert = folder.resolve("made");
        keytool("-exportcert", "-rfc", "-file", cert.toString(), "-keystore", store);
        return Files.readString(cert);
    }

    private static void keytool(String... arguments) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        builder.command().addAll(List.of(arguments));
        builder.command().addAll(List.of("-alias", "own", "-storepass", "changeit"));
        Process made = builder.redirectErrorStream(true).start();
        byte[] said = made.getInputStream().readAllBytes();
        assertThat(made.waitFor()).as(new String(said, StandardCharsets.UTF_8)).isZero();
    }
}
