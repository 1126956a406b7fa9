package dev.sluice.protocol.json;

import dev.sluice.domain.Fault;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;

/// The one way a document from a client is read: strict, bounded, in one streaming pass.
///
/// Every deviation is a 400 `invalid_request` whose message says where (line and column, or byte
/// offset) and what, and quotes nothing of the content.
public final class StrictJson {

    /// How far a document may go.
    ///
    /// @param depth levels of objects and arrays
    /// @param numberLength characters of one number
    /// @param nameLength bytes of one member name
    /// @param stringLength characters of one string; the size limit of bodies bounds it anyway
    /// @param tokens JSON tokens of the document; bounds what the search for duplicates keeps
    public record Limits(
            int depth, int numberLength, int nameLength, int stringLength, long tokens) {

        public static final Limits DEFAULT =
                new Limits(64, 100, 4 * 1024, 32 * 1024 * 1024, 1_000_000);
    }

    /// Reads the members of the top-level object. On entry the parser is at its `{`; on return it
    /// is at the matching `}`.
    public interface Body<T> {
        T read(JsonParser parser);
    }

    private static final StrictJson DEFAULT = new StrictJson(Limits.DEFAULT);

    private final Limits limits;
    private final JsonFactory factory;

    public StrictJson(Limits limits) {
        this.limits = limits;
        this.factory =
                JsonFactory.builder()
                        .streamReadConstraints(
                                StreamReadConstraints.builder()
                                        .maxNestingDepth(limits.depth)
                                        .maxNumberLength(limits.numberLength)
                                        .maxNameLength(limits.nameLength)
                                        .maxStringLength(limits.stringLength)
                                        .maxTokenCount(limits.tokens)
                                        .build())
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build();
    }

    public static StrictJson withDefaults() {
        return DEFAULT;
    }

    /// Reads one whole document.
    ///
    /// @throws dev.sluice.domain.FaultException `invalid_request`
    public <T> T read(byte[] document, Body<T> body) {
        if (document.length == 0) {
            throw invalid("The request body is empty; send a JSON object.");
        }
        Utf8.Flaw flaw = Utf8.check(document);
        if (flaw != null) {
            throw invalid(
                    "The request body %s (byte offset %d).".formatted(flaw.what(), flaw.offset()));
        }
        try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), document)) {
            JsonToken first = parser.nextToken();
            if (first != JsonToken.START_OBJECT) {
                throw invalid(
                        first == null
                                ? "The request body is empty; send a JSON object."
                                : "The request body must be a JSON object.");
            }
            T result = body.read(parser);
            if (parser.nextToken() != null) {
                throw invalid(
                        "The request body goes on after its JSON object"
                                + at(parser.currentTokenLocation())
                                + ".");
            }
            return result;
        } catch (StreamConstraintsException e) {
            throw invalid(beyond(e) + at(e.getLocation()) + ".");
        } catch (UnexpectedEndOfInputException e) {
            throw invalid("The request body is not complete JSON" + at(e.getLocation()) + ".");
        } catch (JacksonException e) {
            throw invalid(broken(e) + at(e.getLocation()) + ".");
        }
    }

    // The parser's own messages quote the document, so only their beginnings are looked at.
    private static String broken(JacksonException e) {
        String message = String.valueOf(e.getOriginalMessage());
        if (message.startsWith("Duplicate ")) {
            return "The request body gives a property twice in one object";
        }
        return "The request body is not valid JSON";
    }

    private String beyond(JacksonException e) {
        String message = String.valueOf(e.getOriginalMessage());
        if (message.contains("nesting depth")) {
            return "The request body is nested deeper than " + limits.depth + " levels";
        }
        if (message.startsWith("Number")) {
            return "The request body has a number longer than "
                    + limits.numberLength
                    + " characters";
        }
        if (message.startsWith("Name") || message.startsWith("Property name")) {
            return "The request body has a property name longer than "
                    + limits.nameLength
                    + " bytes";
        }
        if (message.startsWith("String")) {
            return "The request body has a string longer than "
                    + limits.stringLength
                    + " characters";
        }
        if (message.startsWith("Token")) {
            return "The request body has more than " + limits.tokens + " JSON tokens";
        }
        return "The request body is beyond a limit";
    }

    private static String at(@org.jspecify.annotations.Nullable TokenStreamLocation location) {
        return location == null || location.getLineNr() < 0
                ? ""
                : " (line %d, column %d)".formatted(location.getLineNr(), location.getColumnNr());
    }

    private static RuntimeException invalid(String message) {
        return Fault.invalid(message, null).asException();
    }
}
