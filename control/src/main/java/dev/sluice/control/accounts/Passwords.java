package dev.sluice.control.accounts;

import dev.sluice.control.access.SignInLimits;
import dev.sluice.control.http.Fields;
import dev.sluice.domain.Fault;
import dev.sluice.domain.FaultCode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.jspecify.annotations.Nullable;

/// Passwords as Argon2id, written as PHC strings: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. Each
/// string carries its own cost, so that the cost may change later.
final class Passwords {

    /// Cost: OWASP's first choice of memory, passes and lanes.
    private static final Cost COST = new Cost(19 * 1024, 2, 1);

    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final int LEAST_DIFFERENT = 5;

    private final RandomGenerator random;
    private final SignInLimits limits;
    private final Semaphore running;

    /// @param random a cryptographic one: salts come from it
    Passwords(RandomGenerator random, SignInLimits limits) {
        this.random = random;
        this.limits = limits;
        this.running = new Semaphore(limits.passwordHashes());
    }

    private record Cost(int memoryKib, int passes, int lanes) {}

    /// Reads a new password; one that is easy to guess is a 400.
    String fresh(Fields fields, String name, String email) {
        String password = fields.text(name);
        if (password.length() < limits.passwordLeast()
                || password.length() > limits.passwordMost()) {
            throw fields.wrong(
                    name,
                    "must have %d to %d characters."
                            .formatted(limits.passwordLeast(), limits.passwordMost()));
        }
        if (password.chars().distinct().count() < LEAST_DIFFERENT) {
            throw fields.wrong(
                    name, "must have at least " + LEAST_DIFFERENT + " different characters.");
        }
        if (password.equalsIgnoreCase(email)) {
            throw fields.wrong(name, "must not be the e-mail address.");
        }
        return password;
    }

    String hash(String password) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        byte[] hash = within(() -> derive(password, salt, COST));
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
                .formatted(
                        COST.memoryKib,
                        COST.passes,
                        COST.lanes,
                        base64.encodeToString(salt),
                        base64.encodeToString(hash));
    }

    /// Whether the password is the stored one; takes as long where there is none.
    boolean matches(String password, @Nullable String stored) {
        if (password.length() > limits.passwordMost()) {
            return false;
        }
        if (stored == null) {
            within(() -> derive(password, new byte[SALT_BYTES], COST));
            return false;
        }
        String[] parts = stored.split("[$]", -1);
        String[] cost = parts[3].split("[=,]", -1);
        Base64.Decoder base64 = Base64.getDecoder();
        byte[] hash =
                within(() ->
                        derive(
                                password,
                                base64.decode(parts[4]),
                                new Cost(
                                        Integer.parseInt(cost[1]),
                                        Integer.parseInt(cost[3]),
                                        Integer.parseInt(cost[5]))));
        return MessageDigest.isEqual(hash, base64.decode(parts[5]));
    }

    private static byte[] derive(String password, byte[] salt, Cost cost) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(
                new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                        .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                        .withMemoryAsKB(cost.memoryKib)
                        .withIterations(cost.passes)
                        .withParallelism(cost.lanes)
                        .withSalt(salt)
                        .build());
        byte[] hash = new byte[HASH_BYTES];
        // the same password typed on two keyboards may differ in its code points
        String normal = Normalizer.normalize(password, Normalizer.Form.NFKC);
        generator.generateBytes(normal.getBytes(StandardCharsets.UTF_8), hash);
        return hash;
    }

    private byte[] within(Supplier<byte[]> work) {
        try {
            Duration wait = limits.passwordHashWait();
            if (!running.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                throw Fault.of(FaultCode.OVERLOADED, "Too many people sign in at once. Try again.")
                        .withRetryAfter(wait)
                        .asException();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        try {
            return work.get();
        } finally {
            running.release();
        }
    }
}
