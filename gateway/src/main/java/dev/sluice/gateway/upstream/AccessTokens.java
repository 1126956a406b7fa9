package dev.sluice.gateway.upstream;

import dev.sluice.domain.Fault;
import dev.sluice.domain.KeyDigest;
import dev.sluice.domain.Secret;
import dev.sluice.gateway.auth.ServiceAccount;
import dev.sluice.gateway.limits.Deadlines;
import dev.sluice.policy.Upstream;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The access tokens of service accounts, fetched when they are needed and again before they end.
/// One fetch at a time for an account; calls that come meanwhile wait for it, or go on with the
/// token that is still good. Lives on one event loop.
///
/// The address of the token endpoint stands in the credential, which a user gave: it is held to the
/// egress rules like any other address of a user's.
public final class AccessTokens {

    /// Accounts whose tokens are kept; the one that was used longest ago goes first.
    static final int MOST_ACCOUNTS = 256;

    /// So long before its end a token is renewed.
    private static final Duration AHEAD = Duration.ofMinutes(5);

    /// A token that ends so soon is not sent any more.
    private static final Duration LAST_MOMENT = Duration.ofSeconds(10);

    private static final int MOST_BYTES = 64 * 1024;

    private static final Upstream.Timeouts TIMEOUTS =
            new Upstream.Timeouts(
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(15));

    private final Vertx vertx;
    private final Deadlines deadlines;
    private final UpstreamClient client;
    private final InstantSource clock;
    private final Map<String, Account> accounts =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Account> eldest) {
                    return size() > MOST_ACCOUNTS;
                }
            };

    public AccessTokens(
            Vertx vertx, Deadlines deadlines, UpstreamClient client, InstantSource clock) {
        this.vertx = vertx;
        this.deadlines = deadlines;
        this.client = client;
        this.clock = clock;
    }

    /// Hands over a token that is good, or the fault that there is none.
    ///
    /// @param credential a service account's key file; anything else is taken for a token itself
    void with(Secret credential, String scope, BiConsumer<@Nullable String, @Nullable Fault> then) {
        String key = KeyDigest.of(credential.reveal()).hex() + " " + scope;
        Account account = accounts.get(key);
        if (account == null) {
            account = account(credential, scope);
            accounts.put(key, account);
        }
        account.with(then);
    }

    private Account account(Secret credential, String scope) {
        try {
            return ServiceAccount.parse(credential.reveal())
                    .map(service -> new Account(service, scope, null, null))
                    .orElseGet(() -> new Account(null, scope, credential, null));
        } catch (IllegalArgumentException e) {
            return new Account(
                    null, scope, null, UpstreamAuth.refused(String.valueOf(e.getMessage())));
        }
    }

    /// One account and its token.
    private final class Account {
        private final @Nullable ServiceAccount service;
        private final String scope;
        private final @Nullable Secret fixed;
        private final @Nullable Fault unusable;
        private final List<BiConsumer<@Nullable String, @Nullable Fault>> waiting =
                new ArrayList<>();
        private ServiceAccount.@Nullable Token token;
        private boolean fetching;

        Account(
                @Nullable ServiceAccount service,
                String scope,
                @Nullable Secret fixed,
                @Nullable Fault unusable) {
            this.service = service;
            this.scope = scope;
            this.fixed = fixed;
            this.unusable = unusable;
        }

        void with(BiConsumer<@Nullable String, @Nullable Fault> then) {
            ServiceAccount from = service;
            if (from == null) {
                then.accept(fixed == null ? null : fixed.reveal(), unusable);
                return;
            }
            ServiceAccount.Token known = token;
            Duration left =
                    known == null
                            ? Duration.ZERO
                            : Duration.between(clock.instant(), known.until());
            boolean good = known != null && left.compareTo(LAST_MOMENT) > 0;
            if (!good) {
                waiting.add(then);
            }
            if (!fetching && left.compareTo(AHEAD) <= 0) {
                fetching = true;
                fetch(from);
            }
            if (good && known != null) {
                then.accept(known.value(), null);
            }
        }

        private void fetch(ServiceAccount from) {
            vertx.executeBlocking(() -> from.form(scope, clock.instant()), false)
                    .onComplete(form -> {
                        if (form.succeeded()) {
                            post(from, form.result());
                        } else {
                            end(
                                    null,
                                    UpstreamAuth.refused(
                                            String.valueOf(form.cause().getMessage())));
                        }
                    });
        }

        private void post(ServiceAccount from, String form) {
            URI uri = from.tokenUri();
            boolean tls = "https".equals(uri.getScheme());
            RequestOptions options =
                    new RequestOptions()
                            .setMethod(HttpMethod.POST)
                            .setSsl(tls)
                            .setHost(uri.getHost())
                            .setPort(uri.getPort() > 0 ? uri.getPort() : tls ? 443 : 80)
                            .setURI(uri.getRawPath().isEmpty() ? "/" : uri.getRawPath())
                            .putHeader("content-type", "application/x-www-form-urlencoded")
                            .putHeader("accept", "application/json")
                            .putHeader("accept-encoding", "identity");
            Upstream endpoint =
                    new Upstream(
                            "token", "token", "token", null, uri, Set.of(), null, null, TIMEOUTS,
                            false, false);
            new UpstreamCall(vertx, deadlines, TIMEOUTS, new TokenAnswer(this))
                    .send(client, endpoint, options, Buffer.buffer(form));
        }

        /// A renewal that fails is no harm while the old token is good.
        void end(ServiceAccount.@Nullable Token fetched, @Nullable Fault fault) {
            fetching = false;
            token = fetched == null ? token : fetched;
            List<BiConsumer<@Nullable String, @Nullable Fault>> all = List.copyOf(waiting);
            waiting.clear();
            all.forEach(then -> then.accept(fetched == null ? null : fetched.value(), fault));
        }
    }

    /// Reads what the token endpoint answers.
    private final class TokenAnswer implements UpstreamCall.Listener {
        private final Account account;
        private final Buffer body = Buffer.buffer();
        private int status;

        TokenAnswer(Account account) {
            this.account = account;
        }

        @Override
        public void onHead(int answered, MultiMap headers) {
            status = answered;
        }

        @Override
        public void onData(Buffer data) {
            if (body.length() + data.length() <= MOST_BYTES) {
                body.appendBuffer(data);
            }
        }

        @Override
        public void onEnd() {
            ServiceAccount.Token fetched =
                    status == 200
                            ? ServiceAccount.token(body.getBytes(), clock.instant()).orElse(null)
                            : null;
            account.end(
                    fetched,
                    fetched == null
                            ? UpstreamAuth.refused(
                                    "its token endpoint answers " + status + " without a token")
                            : null);
        }

        @Override
        public void onFailure(Fault fault, boolean sent) {
            account.end(null, UpstreamAuth.refused("its token endpoint: " + fault.message()));
        }
    }
}
