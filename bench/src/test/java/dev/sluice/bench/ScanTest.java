package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The ends of requests and responses, however the bytes are cut.
@SuppressWarnings("StringConcatToTextBlock") // lines end in CR LF here
class ScanTest {

    private static final String BY_LENGTH =
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nA: b\r\n\r\nhello";
    private static final String CHUNKED =
            "HTTP/1.1 503 No\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "a\r\n0123456789\r\n1\r\n\n\r\n0\r\n\r\n";
    private static final String EMPTY = "HTTP/1.1 401 No\r\ncontent-length: 0\r\n\r\n";

    @Test
    void responsesEndWhereTheyEndInPiecesOfAnySize() {
        for (String text : List.of(BY_LENGTH, CHUNKED, EMPTY)) {
            ResponseScan scan = new ResponseScan();
            for (int size = 1; size <= text.length(); size++) {
                scan.reset();
                for (int at = 0; at < text.length(); at += size) {
                    int end = Math.min(text.length(), at + size);
                    boolean whole = scan.push(Buffer.buffer(text.substring(at, end)));
                    assertThat(whole)
                            .as("%s, pieces of %d, at %d", text, size, at)
                            .isEqualTo(end == text.length());
                }
                assertThat(scan.status()).isEqualTo(Integer.parseInt(text.substring(9, 12)));
            }
        }
    }

    @Test
    void bytesBehindTheEndAreAnError() {
        assertThatThrownBy(() -> new ResponseScan().push(Buffer.buffer(BY_LENGTH + "x")))
                .hasMessageContaining("after the end");
    }

    @Test
    void requestsAreFoundInPiecesOfAnySize() {
        String one = "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\none";
        String four = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length:4\r\n\r\nfour";
        String text = one + four;
        for (int size = 1; size <= text.length(); size++) {
            List<String> requests = new ArrayList<>();
            RequestScan scan = new RequestScan(requests::add);
            for (int at = 0; at < text.length(); at += size) {
                scan.push(Buffer.buffer(text.substring(at, Math.min(text.length(), at + size))));
            }
            assertThat(requests).as("pieces of %d", size).containsExactly(one, four);
        }
    }
}
