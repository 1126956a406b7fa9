package dev.sluice.app;

import dev.sluice.control.secrets.MasterKey;
import dev.sluice.control.secrets.SealedSecret;
import dev.sluice.domain.Secret;
import dev.sluice.gateway.PostgresResponseStore;

/// Content sealed as the upstreams' credentials are.
record SealedContent(MasterKey key) implements PostgresResponseStore.Sealing {

    @Override
    public byte[] seal(String content, String row) {
        return key.seal(new Secret(content), row).bytes();
    }

    @Override
    public String open(byte[] sealed, String row) {
        return key.open(new SealedSecret(sealed), row).reveal();
    }
}
