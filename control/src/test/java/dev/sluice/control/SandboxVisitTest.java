package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.Plane.Caller;
import dev.sluice.control.organizations.OrganizationStore;
import dev.sluice.ledger.booking.SandboxBooks;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Owners of the one real organization look into sandboxes, and throw them away; nobody else does.
@Tag("slow")
class SandboxVisitTest {

    private Plane plane;
    private Caller owner;

    @BeforeEach
    void start() {
        plane = new Plane();
        owner = plane.tokenIn("default", "user", "ana", "owner");
        plane.installation()
                .post("/admin/v1/organizations", "{\"name\":\"demo\",\"sandbox\":true}")
                .ok(201);
        plane.installation().in("demo").post("/admin/v1/teams", "{\"name\":\"play\"}").ok(201);
        plane.installation()
                .in("demo")
                .post(
                        "/admin/v1/keys",
                        "{\"label\":\"k\",\"team\":\"play\",\"owner\":\"user:p\",\"environment\":\"dev\"}")
                .ok(201);
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    @Test
    void anOwnerWorksInTheSandboxThatTheCallNames() {
        Caller visitor = owner.in("demo");
        assertThat(visitor.get("/admin/v1/teams").ok(200).toString()).contains("\"play\"");
        visitor.post("/admin/v1/teams", "{\"name\":\"more\"}").ok(201);
        assertThat(owner.get("/admin/v1/teams").ok(200).toString()).doesNotContain("\"more\"");
        assertThat(visitor.get("/admin/v1/organizations").ok(200).toString())
                .contains("\"demo\"")
                .doesNotContain("\"default\"");
        assertThat(visitor.get("/admin/v1/audit").ok(200).toString()).contains("user:ana");
    }

    @Test
    void aVisitorIsToldWhereTheyAreAndWhereTheyMayGo() {
        var home = owner.get("/admin/v1/me").ok(200);
        assertThat(home.at("/organization/name").asString()).isEqualTo("default");
        assertThat(home.path("sandboxes").toString()).isEqualTo("[\"demo\"]");
        var away = owner.in("demo").get("/admin/v1/me").ok(200);
        assertThat(away.at("/organization/name").asString()).isEqualTo("demo");
        assertThat(away.at("/organization/sandbox").asBoolean()).isTrue();
        assertThat(away.path("home").asString()).isEqualTo("default");
    }

    @Test
    void aSessionVisitsAndKeepsItsOwnAccount() {
        Caller browser = plane.signedIn(owner, "bo@example.com", "owner").in("demo");
        assertThat(browser.get("/admin/v1/teams").ok(200).toString()).contains("\"play\"");
        assertThat(browser.get("/admin/v1/me").ok(200).path("email").asString())
                .isEqualTo("bo@example.com");
        assertThat(browser.get("/admin/v1/me/sessions").ok(200).path("data").size()).isOne();
    }

    @Test
    void whoIsNoOwnerStaysAtHome() {
        for (String role : List.of("platform", "developer", "finance", "auditor")) {
            Caller other = plane.tokenIn("default", "user", role, role);
            other.in("demo").get("/admin/v1/models").refused(404, "not_found", null);
            assertThat(other.get("/admin/v1/me").ok(200).path("sandboxes").size()).isZero();
            int status = other.post("/admin/v1/organizations/demo/wipe", "{}").status();
            assertThat(status).isIn(403, 404);
        }
        assertThat(plane.installation().in("demo").get("/admin/v1/teams").status()).isEqualTo(200);
    }

    @Test
    void betweenTenantsNobodyVisits() {
        plane.installation().post("/admin/v1/organizations", "{\"name\":\"second\"}").ok(201);
        owner.in("demo").get("/admin/v1/teams").refused(404, "not_found", null);
        owner.in("second").get("/admin/v1/teams").refused(404, "not_found", null);
        owner.post("/admin/v1/organizations/demo/wipe", "{}").refused(404, "not_found", null);
        assertThat(owner.get("/admin/v1/me").ok(200).path("sandboxes").size()).isZero();
    }

    @Test
    void aSandboxIsThrownAwayWithEverything() {
        owner.in("demo")
                .post(
                        "/admin/v1/quotas",
                        """
                        {"name":"q","unit":"usd","limit":"1","window":{"lifetime":true}}\
                        """)
                .ok(201);
        owner.post("/admin/v1/organizations/demo/wipe", "{}").ok(204);
        plane.installation().in("demo").get("/admin/v1/teams").refused(404, "not_found", null);
        assertThat(plane.installation().get("/admin/v1/organizations").ok(200).toString())
                .doesNotContain("demo");
        owner.post("/admin/v1/organizations/demo/wipe", "{}").refused(404, "not_found", null);
        plane.installation()
                .post("/admin/v1/organizations", "{\"name\":\"demo\",\"sandbox\":true}")
                .ok(201);
    }

    /// A table that is added later is wiped too, or somebody says why not.
    @Test
    void everyTableOfAnOrganizationIsWiped() {
        List<String> tables =
                plane.database()
                        .read(sql ->
                                sql.list(
                                        """
                                        SELECT table_name AS name FROM information_schema.columns
                                         WHERE column_name = 'organization_id'
                                           AND table_schema = current_schema()
                                         ORDER BY 1
                                        """,
                                        row -> row.text("name")));
        assertThat(tables).contains("team", "call", "transfer");
        List<String> wiped = new ArrayList<>(OrganizationStore.CONFIGURED);
        wiped.addAll(SandboxBooks.TABLES);
        wiped.addAll(List.of("budget_window", "wallet", "escrow_slice"));
        // the log outlives what it speaks of
        wiped.add("audit_event");
        assertThat(wiped).containsAll(tables);
    }

    @Test
    void realBooksAreNeverWiped() {
        owner.post("/admin/v1/organizations/default/wipe", "{}").refused(409, "conflict", null);
        plane.installation()
                .post("/admin/v1/organizations/default/wipe", "{}")
                .refused(409, "conflict", null);
        assertThat(owner.get("/admin/v1/teams").status()).isEqualTo(200);
    }
}
