package dev.sluice.protocol;

import dev.sluice.domain.CallFacts;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A request after its one reading pass: the facts decisions rest on, and the original bytes with
/// the places where they may be edited.
public interface Decoded {

    CallFacts facts();

    /// The body to send: the client's own bytes, edited at the points where they must differ.
    ///
    /// The model is always replaced. On streams, usage is asked for when the client did not.
    ///
    /// @param model the name the target knows the model by
    /// @param outputLimit lowers (or sets) the limit of output tokens; empty leaves the client's
    /// @param limitField the name the target wants the limit under when the client sent none
    byte[] upstreamBody(String model, OptionalLong outputLimit, String limitField);

    /// The same where it is too large to be in memory; null everywhere else.
    default @Nullable Pieces upstreamPieces(String model) {
        return null;
    }

    /// Where an upstream has this, below its base URL; empty where the endpoint says it.
    ///
    /// @param model the name the target knows the model by
    default String upstreamPath(String model) {
        return "";
    }

    /// What [#upstreamBody] is.
    default String contentType() {
        return "application/json";
    }

    /// What kinds of answers the client takes.
    default String accept() {
        return facts().stream() ? "text/event-stream" : "application/json";
    }

    /// Whether an answer is handed on as it comes. Its beginning, read with [#readAnswer], tells
    /// all that is ever known of it.
    default boolean relayed() {
        return false;
    }

    /// Whether the client itself asked for usage on its stream.
    boolean usageRequested();

    /// Whether the client wants to read in `usage` what the call costs.
    default boolean costRequested() {
        return false;
    }

    /// A reader for the stream that answers this request; one per attempt.
    ///
    /// @throws UnsupportedOperationException when this endpoint never streams
    StreamReader streamReader();

    /// Reads a complete, successful answer to this request.
    ///
    /// @throws dev.sluice.domain.FaultException `upstream_error` when it is none
    Answer readAnswer(byte[] body);

    /// As [#readAnswer(byte[])], where answers may be something else than JSON.
    ///
    /// @param contentType as the provider says it, empty when it does not
    default Answer readAnswer(String contentType, byte[] body) {
        return readAnswer(body);
    }

    /// Whether the upstream must be sent an output limit although the client set none.
    default boolean limitRequired() {
        return false;
    }

    /// What of the client's request does not reach the upstream, as paths in the client's dialect;
    /// empty unless the request is translated.
    default List<String> dropped() {
        return List.of();
    }
}
