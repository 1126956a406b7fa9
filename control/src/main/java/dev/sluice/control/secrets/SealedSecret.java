package dev.sluice.control.secrets;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// An encrypted secret as the database keeps it. Equal only to the very same sealing.
public final class SealedSecret {

    private final byte[] bytes;

    public SealedSecret(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SealedSecret secret && Arrays.equals(bytes, secret.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "***";
    }
}
