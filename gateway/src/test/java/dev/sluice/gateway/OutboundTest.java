package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.domain.CidrBlock;
import dev.sluice.domain.Secret;
import dev.sluice.egress.EgressPolicy;
import dev.sluice.egress.ProxyRules;
import dev.sluice.simulator.Options;
import dev.sluice.simulator.Simulator;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How upstreams are reached: directly or through a proxy, and never where a user may not lead.
class OutboundTest {

    private static final String WHOLE =
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close"
                    + "\r\n\r\n{\"id\":\"c\",\"object\":\"chat.completion\",\"choices\":[{\"index\":0,\"message\":"
                    + "{\"role\":\"assistant\",\"content\":\"ok\"},\"finish_reason\":\"stop\"}]}";

    @TempDir private static Path directory;

    private static Simulator upstream;
    private static Path bundle;

    @BeforeAll
    static void start() throws Exception {
        TestCertificate certificate =
                TestCertificate.make(directory, "upstream", "dns:models.test,dns:localhost");
        bundle = directory.resolve("bundle.crt");
        Files.writeString(bundle, certificate.certificatePem());
        upstream =
                Simulator.start(
                        Options.loopback(InstantSource.system())
                                .withAnyModel()
                                .withTls(
                                        new Options.Tls(
                                                certificate.certificatePem(),
                                                new Secret(certificate.keyPem()),
                                                true)));
    }

    @AfterAll
    static void stop() {
        upstream.close();
    }

    private static GatewayFixture.Setup setup() {
        return GatewayFixture.Setup.USUAL
                .withCaBundle(bundle)
                .withUpstream("named", URI.create("https://models.test:" + upstream.port() + "/v1"))
                .withUpstream("near", URI.create("https://localhost:" + upstream.port() + "/v1"));
    }

    /// The proxy alone knows where `models.test` is: without it there is no answer.
    @Test
    void httpsUpstreamsAreReachedThroughTheProxyAndStillCheckedByName() throws Exception {
        try (ConnectProxy proxy = new ConnectProxy();
                GatewayFixture gateway =
                        new GatewayFixture(
                                setup().with(
                                                ProxyRules.parse(
                                                        "http://me:word@127.0.0.1:" + proxy.port(),
                                                        "localhost")))) {
            for (HttpResponse<String> answer :
                    List.of(gateway.chat("to-named", "hi"), gateway.stream("to-named", "hi"))) {
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            }
            assertThat(proxy.requests)
                    .isNotEmpty()
                    .allMatch(head ->
                            head.startsWith("CONNECT models.test:" + upstream.port() + " ")
                                    && head.toLowerCase(Locale.ROOT)
                                            .contains("proxy-authorization: basic bwu6d29yza==")
                                    && !head.contains("sk-up-"));
            int asked = proxy.requests.size();
            assertThat(gateway.chat("to-near", "hi").statusCode()).isEqualTo(200);
            assertThat(gateway.chat("sim-chat", "hi").statusCode()).isEqualTo(200);
            assertThat(proxy.requests).as("NO_PROXY, and plain http").hasSize(asked);
            gateway.awaitQuiet();
        }
    }

    @Test
    void aProxyThatIsAwayIsAnUpstreamThatCannotBeReached() throws Exception {
        try (GatewayFixture gateway =
                new GatewayFixture(setup().with(ProxyRules.parse("http://127.0.0.1:1", null)))) {
            HttpResponse<String> answer = gateway.chat("named-first", "hi");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.headers().firstValue("x-sluice-route"))
                    .contains("b/sim-chat;attempts=2");
            assertThat(gateway.chat("to-near", "hi").statusCode()).isEqualTo(502);
            gateway.awaitQuiet();
        }
    }

    /// A name that was public when the upstream was made, and is pointed at the inside afterwards.
    @Test
    void aNameThatAUserGaveIsJudgedAgainWhenItIsConnectedTo() throws Exception {
        InetAddress inside = InetAddress.ofLiteral("127.0.0.1");
        try (ScriptedUpstream target = new ScriptedUpstream();
                GatewayFixture gateway =
                        new GatewayFixture(
                                GatewayFixture.Setup.USUAL
                                        .with(
                                                new EgressPolicy(Set.of()),
                                                _ -> new InetAddress[] {inside})
                                        .withUpstream("user-name", named(target))
                                        .withUpstream("user-literal", target.baseUrl())
                                        .withUpstream("operator", target.baseUrl()))) {
            target.answers(WHOLE);
            for (String model : List.of("to-user-name", "to-user-literal")) {
                HttpResponse<String> answer = gateway.chat(model, "hi");
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(502);
                assertThat(answer.body()).contains("SLUICE_EGRESS_ALLOW");
            }
            assertThat(target.requests).isEmpty();
            HttpResponse<String> elsewhere = gateway.chat("user-name-first", "hi");
            assertThat(elsewhere.statusCode()).as(elsewhere.body()).isEqualTo(200);
            assertThat(gateway.chat("to-operator", "hi").statusCode()).isEqualTo(200);
            assertThat(target.requests).hasSize(1);
            gateway.awaitQuiet();
        }
    }

    /// The proxy is told the address that was judged, not a name that it would resolve by itself.
    @Test
    void throughAProxyTheJudgedAddressIsAskedFor() throws Exception {
        InetAddress judged = InetAddress.ofLiteral("127.0.0.1");
        try (ConnectProxy proxy = new ConnectProxy();
                GatewayFixture gateway =
                        new GatewayFixture(
                                setup().with(
                                                ProxyRules.parse(
                                                        "http://127.0.0.1:" + proxy.port(), null))
                                        .with(
                                                new EgressPolicy(
                                                        Set.of(CidrBlock.parse("127.0.0.1"))),
                                                _ -> new InetAddress[] {judged})
                                        .withUpstream(
                                                "user-far",
                                                URI.create(
                                                        "https://models.test:"
                                                                + upstream.port()
                                                                + "/v1")))) {
            HttpResponse<String> answer = gateway.chat("to-user-far", "hi");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(proxy.requests)
                    .isNotEmpty()
                    .allMatch(head -> head.startsWith("CONNECT 127.0.0.1:" + upstream.port()));
            gateway.awaitQuiet();
        }
    }

    @Test
    void ofSeveralAddressesOnlyAnAllowedOneIsConnectedTo() throws Exception {
        InetAddress[] both = {
            InetAddress.ofLiteral("10.1.2.3"), InetAddress.ofLiteral("127.0.0.1")
        };
        try (ScriptedUpstream target = new ScriptedUpstream();
                GatewayFixture gateway =
                        new GatewayFixture(
                                GatewayFixture.Setup.USUAL
                                        .with(
                                                new EgressPolicy(
                                                        Set.of(CidrBlock.parse("127.0.0.0/8"))),
                                                _ -> both)
                                        .withUpstream("user-name", named(target)))) {
            target.answers(WHOLE);
            HttpResponse<String> answer = gateway.chat("to-user-name", "hi");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(target.requests.getFirst().toLowerCase(Locale.ROOT))
                    .contains("host: rebound.test:" + target.baseUrl().getPort());
            gateway.awaitQuiet();
        }
    }

    private static URI named(ScriptedUpstream target) {
        return URI.create("http://rebound.test:" + target.baseUrl().getPort() + "/v1");
    }
}
