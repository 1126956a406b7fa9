package dev.sluice.gateway.http;

import dev.sluice.domain.Fault;
import dev.sluice.protocol.Dialect;
import dev.sluice.protocol.Faults;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The bytes of one fault as an answer, made once for each dialect: only the id of the request
/// differs from answer to answer.
final class ReadyAnswers {

    private final Fault fault;
    private final Map<Dialect, Ready> ready = new EnumMap<>(Dialect.class);

    ReadyAnswers(Fault fault) {
        this.fault = fault;
    }

    /// An answer with the id of some request, and where that stands in it.
    private record Ready(String bytes, int idLength, List<Integer> places) {}

    byte[] answer(Dialect dialect, String id) {
        Ready known = ready.get(dialect);
        if (known == null || known.idLength() != id.length()) {
            known = make(dialect, id);
            ready.put(dialect, known);
        }
        byte[] answer = known.bytes().getBytes(StandardCharsets.ISO_8859_1);
        byte[] its = id.getBytes(StandardCharsets.US_ASCII);
        for (int place : known.places()) {
            System.arraycopy(its, 0, answer, place, its.length);
        }
        return answer;
    }

    private Ready make(Dialect dialect, String id) {
        byte[] body = Faults.body(dialect, fault, id);
        StringBuilder head =
                new StringBuilder("HTTP/1.1 ")
                        .append(HttpResponseStatus.valueOf(fault.status()))
                        .append("\r\n");
        FaultAnswer.headers(fault, id, dialect)
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        head.append("content-length: ").append(body.length).append("\r\n\r\n");
        // a character for each byte, so that places in it are places in the answer
        String bytes = head + new String(body, StandardCharsets.ISO_8859_1);
        List<Integer> places = new ArrayList<>();
        for (int at = bytes.indexOf(id); at >= 0; at = bytes.indexOf(id, at + 1)) {
            places.add(at);
        }
        return new Ready(bytes, id.length(), List.copyOf(places));
    }
}
