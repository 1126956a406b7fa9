package dev.sluice.gateway.jobs;

import dev.sluice.policy.Upstream;
import java.util.concurrent.CompletableFuture;

/// Asks a provider for a document about a job.
@FunctionalInterface
public interface ProviderAsk {

    /// A whole answer. A plain class: records compare arrays by identity.
    final class Reply {
        private final int status;
        private final byte[] body;

        public Reply(int status, byte[] body) {
            this.status = status;
            this.body = body;
        }

        public int status() {
            return status;
        }

        public byte[] body() {
            return body;
        }

        public boolean isSuccess() {
            return status >= 200 && status <= 299;
        }
    }

    /// Never blocks. Fails with a [dev.sluice.domain.FaultException] where there is no answer.
    ///
    /// @param path from the host's root
    CompletableFuture<Reply> ask(Upstream upstream, String method, String path);
}
