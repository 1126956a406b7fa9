package dev.sluice.simulator.exchange;

import static dev.sluice.simulator.script.Directive.CLOSE;
import static dev.sluice.simulator.script.Directive.CONTENT_TYPE;
import static dev.sluice.simulator.script.Directive.GZIP;
import static dev.sluice.simulator.script.Directive.HUGE;
import static dev.sluice.simulator.script.Directive.LENGTH;
import static dev.sluice.simulator.script.Directive.LOCATION;
import static dev.sluice.simulator.script.Directive.MALFORMED_AT;
import static dev.sluice.simulator.script.Directive.RETRY_AFTER;
import static dev.sluice.simulator.script.Directive.RETRY_AFTER_MS;
import static dev.sluice.simulator.script.Directive.SHOULD_RETRY;

import dev.sluice.simulator.script.Directive;
import dev.sluice.simulator.script.Directives;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.Map;

/// Status line and headers of an answer, and the bytes of a plain one, which decide its length.
final class Heads {

    private static final String JSON = "application/json";
    private static final String SSE = "text/event-stream; charset=utf-8";

    private Heads() {}

    static void write(
            HttpServerResponse response,
            Answer answer,
            Directives directives,
            Map<String, String> headers) {
        boolean streamed = answer instanceof Answer.Streamed;
        response.setStatusCode(answer.status());
        response.putHeader("content-type", directives.text(CONTENT_TYPE, usualType(answer)));
        headers.forEach(response::putHeader);
        copy(response, directives, RETRY_AFTER, "retry-after");
        copy(response, directives, RETRY_AFTER_MS, "retry-after-ms");
        copy(response, directives, SHOULD_RETRY, "x-should-retry");
        copy(response, directives, LOCATION, "location");
        if (directives.flag(CLOSE)) {
            response.putHeader("connection", "close");
        }
        if (directives.flag(GZIP)) {
            response.putHeader("content-encoding", "gzip");
        }
        if (streamed) {
            response.putHeader("cache-control", "no-cache");
        }
        if (!streamed && !directives.flag(GZIP)) {
            long length = lengthOf(answer, directives) + directives.number(LENGTH, 0);
            response.putHeader("content-length", Long.toString(Math.max(0, length)));
        } else {
            response.setChunked(true);
        }
    }

    private static long lengthOf(Answer answer, Directives directives) {
        return switch (answer) {
            case Answer.Plain plain -> bytesOf(plain, directives).length();
            case Answer.Content content -> content.bytes().length();
            case Answer.Streamed streamed -> 0;
        };
    }

    private static String usualType(Answer answer) {
        return switch (answer) {
            case Answer.Plain plain -> JSON;
            case Answer.Content content -> content.contentType();
            case Answer.Streamed streamed -> streamed.framing() == Framing.JSON_ARRAY ? JSON : SSE;
        };
    }

    private static void copy(
            HttpServerResponse response, Directives directives, Directive from, String header) {
        if (directives.has(from)) {
            response.putHeader(header, directives.text(from, ""));
        }
    }

    static Buffer bytesOf(Answer.Plain plain, Directives directives) {
        String json = plain.json();
        if (directives.has(MALFORMED_AT)) {
            json = FrameFaults.broken(json);
        }
        int huge = Math.toIntExact(directives.number(HUGE, 0));
        return Buffer.buffer(huge > 0 ? FrameFaults.padded(json, huge) : json);
    }
}
