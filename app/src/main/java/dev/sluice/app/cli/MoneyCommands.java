package dev.sluice.app.cli;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Balance, movements of money by hand, and the ledger.
final class MoneyCommands {

    private static final String[] MOVEMENT = {
        "id", "created_at", "amount", "currency", "balance_after", "reference", "reason", "actor"
    };
    private static final Field REASON = Field.text("--reason", "TEXT", "why").must();

    private MoneyCommands() {}

    static Verb balance() {
        return Verb.call("balance", "GET", "balance", "What the organization has.")
                .note("'balance' includes 'held', the money of calls in flight.")
                .example("sluice balance -o json");
    }

    static List<Group> groups() {
        return List.of(topups(), refunds(), adjustments(), ledger(), escrow());
    }

    private static Field reference(String what) {
        return Field.text(
                        "--reference",
                        "TEXT",
                        "your own name of it, unique: the same again is the same " + what)
                .must();
    }

    private static Group topups() {
        return Group.of(
                "topups",
                "Money paid in.",
                Verb.list("topups", "List top-ups, newest first.", MOVEMENT)
                        .example("sluice topups list"),
                Verb.call("create", "POST", "topups", "Top up the balance.")
                        .argument(Field.decimal("--amount", "in the account's currency"))
                        .body(reference("top-up"), Field.text("--note", "TEXT", "why"))
                        .example("sluice topups create 25.00 --reference invoice-2026-07"));
    }

    private static Group refunds() {
        return Group.of(
                "refunds",
                "Charges given back.",
                Verb.list("refunds", "List refunds, newest first.", MOVEMENT)
                        .example("sluice refunds list"),
                Verb.call("create", "POST", "refunds", "Give back a charge, or a part of it.")
                        .argument(Field.text("--request-id", "REQUEST", "the call: req_…"))
                        .body(
                                Field.decimal("--amount", "at most what is left").must(),
                                REASON,
                                reference("refund"))
                        .example(
                                "sluice refunds create req_01JD --amount 0.02 --reason 'bad answer'"
                                        + " --reference ticket-7"));
    }

    private static Group adjustments() {
        return Group.of(
                "adjustments",
                "Corrections of the balance by hand.",
                Verb.list("adjustments", "List adjustments, newest first.", MOVEMENT)
                        .example("sluice adjustments list"),
                Verb.call("create", "POST", "adjustments", "Correct the balance.")
                        .body(
                                Field.decimal("--amount", "what is added; below zero takes away")
                                        .must(),
                                REASON,
                                reference("adjustment"))
                        .example(
                                "sluice adjustments create --amount=-1.50 --reason 'paid twice'"
                                        + " --reference fix-3"));
    }

    private static Group ledger() {
        return Group.of(
                "ledger",
                "The double-entry books.",
                Verb.call("accounts", "GET", "ledger/accounts", "Every account's totals.")
                        .columns("name", "currency", "debits", "credits", "balance")
                        .example("sluice ledger accounts"),
                Verb.list(
                                "ledger/entries",
                                "The lines of the books, newest first.",
                                "at",
                                "kind",
                                "debit",
                                "credit",
                                "amount",
                                "currency",
                                "request_id",
                                "reference")
                        .renamed("entries")
                        .query(
                                Field.text("--from", "TIME", "booked at or after"),
                                Field.text("--to", "TIME", "booked before"),
                                Field.text("--kind", "KIND", "topup, charge, refund, …"),
                                Field.text("--request-id", "REQUEST", "of one call"),
                                Field.text("--account", "NAME", "debited or credited"))
                        .example("sluice ledger entries --kind charge --limit 20"),
                Verb.named("verify", "Recompute every balance from its entries.")
                        .note("Ends with 1 when an equation does not hold.")
                        .note(
                                "--deep reads SLUICE_DATABASE_URL or the data directory itself, and"
                                        + " ends with 2 when it could not check.")
                        .options(
                                Field.flag("--deep", "prove everything anew from the raw rows"),
                                Field.flag("--at-rest", "no call is open: nothing may be held"),
                                Field.text(
                                        "--simulator-journal",
                                        "FILE|URL",
                                        "what the simulated provider says happened"))
                        .example("sluice ledger verify --deep")
                        .runs(in -> in.flag("--deep") ? DeepVerification.run(in) : verify(in)));
    }

    private static Group escrow() {
        return Group.of(
                "escrow",
                "Money that replicas hold at hand.",
                Verb.list(
                                "escrow",
                                "List what each replica holds of windows and the account.",
                                "replica",
                                "epoch",
                                "state",
                                "seen_at",
                                "rule",
                                "unit",
                                "amount",
                                "held")
                        .example("sluice escrow list"),
                Verb.call(
                                "write-off",
                                "POST",
                                "escrow/{}/write-off",
                                "Give up a replica whose journal is lost.")
                        .note("What it held returns; what it still tells is the operator's.")
                        .argument("REPLICA", "its id")
                        .body(REASON)
                        .example("sluice escrow write-off 01JD --reason 'disk lost'"));
    }

    private static int verify(Invocation in) {
        if (in.flag("--at-rest") || in.one("--simulator-journal") != null) {
            throw CliException.usage("--at-rest and --simulator-journal need --deep.");
        }
        ApiAnswer answer = in.get("ledger/verify", Map.of());
        int code = in.print(answer, List.of());
        JsonNode node = answer.json();
        boolean broken = node != null && node.path("ok").isBoolean() && !node.get("ok").asBoolean();
        if (broken) {
            in.context().err().println("sluice: the books do not balance; see the problems above.");
        }
        return broken ? ExitCode.REFUSED : code;
    }
}
