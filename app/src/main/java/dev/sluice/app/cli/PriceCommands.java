package dev.sluice.app.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `sluice prices`.
final class PriceCommands {

    private static final String LINES = "application/x-ndjson";
    private static final String CONVERTER = "catalog/convert/convert.py";

    private PriceCommands() {}

    static Group group() {
        return Group.of(
                "prices",
                "Prices: the shipped book, own rows, and newer books.",
                Verb.list(
                                "prices",
                                "List the organization's own price rows, newest first.",
                                "id",
                                "provider",
                                "model",
                                "price",
                                "source",
                                "effective_at")
                        .query(
                                Field.text("--provider", "ID", "only this provider"),
                                Field.text("--model", "MODEL", "only this model"))
                        .example("sluice prices list --provider openai-compatible"),
                Verb.call("set", "POST", "prices", "Price a provider's model, over the book.")
                        .argument(Field.text("--provider", "PROVIDER", "id of the catalogue"))
                        .argument(Field.text("--model", "MODEL", "as the provider calls it"))
                        .body(
                                Field.of(
                                                "--price",
                                                "METER=USD",
                                                "such as input_per_mtok=0.25; repeat for several",
                                                Field.Kind.PAIRS)
                                        .must(),
                                Field.text("--source", "TEXT", "where the price is written down"),
                                Field.text("--effective-at", "TIME", "from when; default now"))
                        .orFromFile()
                        .example(
                                "sluice prices set openai-compatible small --price"
                                        + " input_per_mtok=0.25 --price output_per_mtok=2.00"),
                Verb.call("delete", "DELETE", "prices/{}", "Withdraw a row not yet in force.")
                        .argument("ID", "prc_…")
                        .example("sluice prices delete prc_01JD"),
                Verb.call("book", "GET", "prices/book", "Show the price books in use.")
                        .example("sluice prices book"),
                catalogue(),
                Verb.named("diff", "What importing a price book would change.")
                        .argument("FILE", "a book in the shipped book's format; '-' reads input")
                        .example("sluice prices diff new-book.jsonl")
                        .runs(in -> in.print(sendBook(in, "prices/diff", Map.of()), List.of())),
                importBook(),
                convert());
    }

    private static Verb catalogue() {
        Verb verb =
                Verb.named("catalogue", "The public catalogue of models and prices.")
                        .query(
                                Field.text("--vendor", "NAME", "who makes the model"),
                                Field.text("--model", "NAME", "the model's name"),
                                Field.text("--mode", "MODE", "chat, embedding, …"))
                        .example("sluice prices catalogue --vendor openai");
        return verb.runs(in ->
                in.print(
                        in.client()
                                .sendAs(
                                        null,
                                        "GET",
                                        "/api/pricing",
                                        verb.queryOf(in),
                                        null,
                                        ApiClient.JSON),
                        List.of(
                                "vendor",
                                "model_name",
                                "priced",
                                "native_price.input_per_mtok",
                                "native_price.output_per_mtok")));
    }

    private static Verb importBook() {
        Field at = Field.text("--effective-at", "TIME", "from when; default in ten seconds");
        Field note = Field.text("--note", "TEXT", "why");
        return Verb.named("import", "Import a price book without upgrading Sluice.")
                .argument("FILE", "a book in the shipped book's format; '-' reads input")
                .options(at, note)
                .note("With the installation's key it is in force for every organization.")
                .example("sluice prices import new-book.jsonl --note 'autumn prices'")
                .runs(in -> {
                    Map<String, String> query = new LinkedHashMap<>();
                    for (Field field : List.of(at, note)) {
                        in.given(field)
                                .ifPresent(v -> query.put(field.target(), field.queryText(v)));
                    }
                    return in.print(sendBook(in, "prices/import", query), List.of());
                });
    }

    private static ApiAnswer sendBook(Invocation in, String path, Map<String, String> query) {
        return in.client().post(path, query, in.read(in.argument(0)), LINES);
    }

    private static Verb convert() {
        return Verb.named("convert", "Make the shipped price book anew, in a source checkout.")
                .local()
                .options(
                        Field.text("--shared", "PATH", "folder of sources to compare with"),
                        Field.text("--wheel", "FILE", "the pinned package, already downloaded"),
                        Field.text("--out", "DIR", "where the book goes"))
                .note("Needs python3; without --wheel, pip downloads the pinned package.")
                .example("sluice prices convert --shared ../shared/data")
                .runs(PriceCommands::convert);
    }

    private static int convert(Invocation in) {
        Path script = script(in.context().directory());
        if (script == null) {
            throw CliException.usage(
                    "There is no "
                            + CONVERTER
                            + " here: run this inside a checkout of the source.");
        }
        List<String> command = new ArrayList<>(List.of("python3", script.toString()));
        for (String option : List.of("--shared", "--wheel", "--out")) {
            String value = in.one(option);
            if (value != null) {
                command.addAll(List.of(option, value));
            }
        }
        try {
            int code =
                    new ProcessBuilder(command)
                            .directory(in.context().directory().toFile())
                            .inheritIO()
                            .start()
                            .waitFor();
            return code == 0 ? ExitCode.OK : ExitCode.REFUSED;
        } catch (IOException e) {
            throw CliException.usage("python3 cannot be started: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException(e));
        }
    }

    private static @Nullable Path script(Path directory) {
        for (Path at = directory; at != null; at = at.getParent()) {
            if (Files.isRegularFile(at.resolve(CONVERTER))) {
                return at.resolve(CONVERTER);
            }
        }
        return null;
    }
}
