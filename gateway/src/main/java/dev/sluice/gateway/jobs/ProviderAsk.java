package dev.sluice.gateway.jobs;

import dev.sluice.domain.FaultException;
import dev.sluice.policy.Upstream;
import dev.sluice.protocol.UpstreamFaults;
import dev.sluice.protocol.job.JobAsk;
import dev.sluice.protocol.job.JobSend;
import java.time.Instant;
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

        /// This, where the provider did what it was asked.
        ///
        /// @throws FaultException what its refusal means
        public Reply orRefusal(Instant now) {
            if (!isSuccess()) {
                throw UpstreamFaults.decode(status, _ -> null, body, now).fault().asException();
            }
            return this;
        }
    }

    /// Never blocks. Fails with a [FaultException] where there is no answer.
    ///
    /// @param path from the host's root
    default CompletableFuture<Reply> ask(Upstream upstream, String method, String path) {
        return send(upstream, method, new JobSend(path, "", new byte[0]));
    }

    /// The same, whatever the question is.
    default CompletableFuture<Reply> ask(Upstream upstream, JobAsk question) {
        return send(upstream, question.method(), question.send());
    }

    /// The same with something to say.
    CompletableFuture<Reply> send(Upstream upstream, String method, JobSend said);
}
