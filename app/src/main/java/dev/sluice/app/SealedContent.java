package dev.sluice.app;

import dev.sluice.control.secrets.MasterKey;
import dev.sluice.control.secrets.SealedSecret;
import dev.sluice.domain.Secret;
import dev.sluice.gateway.callers.ClientSecrets;
import dev.sluice.gateway.files.PostgresFileStore;
import dev.sluice.gateway.responses.PostgresResponseStore;
import org.jspecify.annotations.Nullable;

/// Content sealed as the upstreams' credentials are.
record SealedContent(MasterKey key)
        implements PostgresResponseStore.Sealing, PostgresFileStore.Sealing, ClientSecrets.Sealing {

    @Override
    public byte[] seal(String content, String row) {
        return key.seal(new Secret(content), row).bytes();
    }

    @Override
    public String open(byte[] sealed, String row) {
        return key.open(new SealedSecret(sealed), row).reveal();
    }

    @Override
    public byte[] sealBytes(byte[] content, String place) {
        return key.seal(content, place);
    }

    @Override
    public byte[] openBytes(byte[] sealed, String place) {
        return key.open(sealed, place);
    }

    @Override
    public byte @Nullable [] openedOrNull(byte[] sealed, String place) {
        try {
            return key.open(sealed, place);
        } catch (MasterKey.WrongKey _) {
            return null;
        }
    }
}
