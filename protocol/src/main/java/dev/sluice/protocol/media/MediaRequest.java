package dev.sluice.protocol.media;

import dev.sluice.domain.CallFacts;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Decoded;
import dev.sluice.protocol.Pieces;
import dev.sluice.protocol.StreamReader;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A decoded request of any kind that is no conversation.
final class MediaRequest implements Decoded {

    /// What a request for sound itself takes; it is handed on as it comes.
    static final String SOUND = "audio/*";

    private static final String JSON = "application/json";

    private final Form form;
    private final CallFacts facts;
    private final AnswerReader answers;
    private final String accept;

    MediaRequest(Form form, CallFacts facts, AnswerReader answers) {
        this(form, facts, answers, facts.stream() ? "text/event-stream" : JSON);
    }

    MediaRequest(Form form, CallFacts facts, AnswerReader answers, String accept) {
        this.form = form;
        this.facts = facts;
        this.answers = answers;
        this.accept = accept;
    }

    @Override
    public CallFacts facts() {
        return facts;
    }

    /// Only the model is edited; there is no length of an answer to limit.
    @Override
    public byte[] upstreamBody(String model, OptionalLong outputLimit, String limitField) {
        return form.withModel(model);
    }

    @Override
    public @Nullable Pieces upstreamPieces(String model) {
        return form.piecesWithModel(model);
    }

    @Override
    public String contentType() {
        return form.contentType();
    }

    @Override
    public String accept() {
        return accept;
    }

    @Override
    public boolean relayed() {
        return accept.equals(SOUND);
    }

    @Override
    public boolean usageRequested() {
        return true;
    }

    @Override
    public StreamReader streamReader() {
        return answers.stream();
    }

    @Override
    public Answer readAnswer(byte[] body) {
        return answers.whole(JSON, body);
    }

    @Override
    public Answer readAnswer(String contentType, byte[] body) {
        return answers.whole(contentType, body);
    }
}
