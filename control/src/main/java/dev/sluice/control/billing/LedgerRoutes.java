package dev.sluice.control.billing;

import dev.sluice.control.access.Access;
import dev.sluice.control.access.Authenticator;
import dev.sluice.control.access.Right;
import dev.sluice.control.http.CursorPage;
import dev.sluice.control.http.Json;
import dev.sluice.control.http.ManagementCall;
import dev.sluice.control.http.ManagementRequest;
import dev.sluice.control.http.ManagementResponse;
import dev.sluice.control.http.QueryTimes;
import dev.sluice.control.http.RouteDoc;
import dev.sluice.control.http.Router;
import dev.sluice.control.http.Shape;
import dev.sluice.domain.Fault;
import dev.sluice.ledger.books.Account;
import dev.sluice.ledger.books.Kind;
import dev.sluice.ledger.reading.LedgerEntries;
import dev.sluice.ledger.reading.Page;
import dev.sluice.ledger.verification.LedgerProofs;
import dev.sluice.ledger.verification.LedgerVerifier;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The books for reading: `ledger/accounts`, `ledger/entries`, `ledger/verify`.
public final class LedgerRoutes {

    private static final Set<Right> READERS =
            EnumSet.of(Right.USAGE_VIEW, Right.BILLING_MANAGE, Right.AUDIT_READ);
    private static final Access READ =
            Access.any(Right.USAGE_VIEW, Right.BILLING_MANAGE, Right.AUDIT_READ);

    private static final Shape ACCOUNT =
            Shape.object("LedgerAccount")
                    .word("object", "always `ledger_account`", "ledger_account")
                    .text("name", "`wallet`, `revenue`, …")
                    .text("currency", "of the account")
                    .decimal("debits", "Σ of entries that debit it")
                    .decimal("credits", "Σ of entries that credit it")
                    .decimal("balance", "by the account's own side");

    private static final Shape PROBLEM =
            Shape.object("LedgerProblem")
                    .text("check", "which equation")
                    .text("organization", "whose books")
                    .text("where", "which row")
                    .text("expected", "by recomputation")
                    .text("found", "in the books")
                    .nullable("organization");
    private static final Shape VERIFICATION =
            Shape.object("LedgerVerification")
                    .word("object", "always `ledger_verification`", "ledger_verification")
                    .flag("ok", "whether every equation holds")
                    .whole("checked", "rows looked at")
                    .listOf("problems", PROBLEM, "equations that do not hold")
                    .decimal(
                            "operator_absorbed_usd",
                            "used but not charged to customers, in US dollars");

    private static final Shape PROOF =
            Shape.object("LedgerProof")
                    .word("object", "always `ledger_proof`", "ledger_proof")
                    .time("finished_at", "when the books were proved last; null: not yet")
                    .flag("ok", "whether every equation held")
                    .whole("checked", "rows looked at")
                    .whole("problems", "equations that did not hold: verify names them")
                    .nullable("finished_at", "ok", "checked", "problems");

    private final LedgerEntries entries;
    private final LedgerProofs proofs;
    private final Authenticator authenticator;

    public LedgerRoutes(LedgerEntries entries, LedgerProofs proofs, Authenticator authenticator) {
        this.entries = entries;
        this.proofs = proofs;
        this.authenticator = authenticator;
    }

    public void register(Router router) {
        router.add(
                "GET",
                "/admin/v1/ledger/accounts",
                READ,
                RouteDoc.of("money", "Every account's totals").listOf(ACCOUNT),
                this::accounts);
        router.add(
                "GET",
                "/admin/v1/ledger/entries",
                READ,
                RouteDoc.of("money", "The lines of the books, newest first")
                        .query("from", "booked at or after")
                        .query("to", "booked before")
                        .query("kind", "topup charge provider_cost absorbed refund …")
                        .query("request_id", "of one call")
                        .query("account", "debited or credited")
                        .listOf(MovementJson.ENTRY),
                this::entries);
        router.add(
                "GET",
                "/admin/v1/ledger/verify",
                Access.organizations(READERS),
                RouteDoc.of(
                                "money",
                                "Recomputes every balance from its entries; the installation's key"
                                        + " without an organization checks all of them")
                        .answers(200, VERIFICATION),
                this::verify);
        router.add(
                "GET",
                "/admin/v1/ledger/proof",
                READ,
                RouteDoc.of("money", "When the books were proved last; costs nothing to ask")
                        .answers(200, PROOF),
                this::proof);
    }

    private ManagementResponse accounts(ManagementCall call) {
        var accounts = entries.accounts(call.organizationId());
        return CursorPage.answer(
                new Page<>(accounts, null),
                account ->
                        Json.object()
                                .put("object", "ledger_account")
                                .put("name", account.account().wireName())
                                .put("currency", account.currency())
                                .put("debits", Json.decimal(account.debits()))
                                .put("credits", Json.decimal(account.credits()))
                                .put("balance", Json.decimal(account.balance())));
    }

    private ManagementResponse entries(ManagementCall call) {
        ManagementRequest request = call.request();
        LedgerEntries.Filter filter =
                new LedgerEntries.Filter(
                        QueryTimes.instantOrNull(request, "from"),
                        QueryTimes.instantOrNull(request, "to"),
                        constant(request, "kind", Kind.class),
                        request.query("request_id").orElse(null),
                        constant(request, "account", Account.class));
        return CursorPage.answer(
                entries.entries(
                        call.organizationId(),
                        filter,
                        CursorPage.cursor(request),
                        CursorPage.limit(request)),
                MovementJson::entry);
    }

    private static <E extends Enum<E>> @Nullable E constant(
            ManagementRequest request, String name, Class<E> type) {
        Optional<String> text = request.query(name);
        if (text.isEmpty()) {
            return null;
        }
        E[] constants = type.getEnumConstants();
        return Arrays.stream(constants)
                .filter(c -> c.name().toLowerCase(Locale.ROOT).equals(text.get()))
                .findFirst()
                .orElseThrow(() ->
                        Fault.invalid(
                                        "'" + name + "' must be one of " + words(constants) + ".",
                                        name)
                                .asException());
    }

    private static String words(Enum<?>[] constants) {
        return String.join(
                ", ",
                Arrays.stream(constants).map(c -> c.name().toLowerCase(Locale.ROOT)).toList());
    }

    private ManagementResponse proof(ManagementCall call) {
        ObjectNode node = Json.object().put("object", "ledger_proof");
        Optional<LedgerProofs.Proof> last = proofs.last(call.organizationId());
        if (last.isEmpty()) {
            return ManagementResponse.ok(
                    node.putNull("finished_at")
                            .putNull("ok")
                            .putNull("checked")
                            .putNull("problems"));
        }
        LedgerProofs.Proof proof = last.get();
        return ManagementResponse.ok(
                node.put("finished_at", Json.time(proof.finishedAt()))
                        .put("ok", proof.ok())
                        .put("checked", proof.checked())
                        .put("problems", proof.problems()));
    }

    private ManagementResponse verify(ManagementCall call) {
        boolean all =
                call.actor().isInstallation()
                        && call.request().header(Authenticator.ORGANIZATION_HEADER).isEmpty();
        String organization = all ? null : authenticator.organization(call.request(), call.actor());
        LedgerVerifier.Verification found = proofs.prove(organization);
        ObjectNode node = Json.object();
        node.put("object", "ledger_verification")
                .put("ok", found.ok())
                .put("checked", found.checked());
        ArrayNode problems = node.putArray("problems");
        for (LedgerVerifier.Problem problem : found.problems()) {
            problems.addObject()
                    .put("check", problem.check())
                    .put("organization", problem.organizationId())
                    .put("where", problem.where())
                    .put("expected", problem.expected())
                    .put("found", problem.found());
        }
        return ManagementResponse.ok(
                node.put("operator_absorbed_usd", Json.decimal(found.operatorAbsorbedUsd())));
    }
}
