package dev.sluice.gateway.videos;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VideoContentTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
                    video/mp4 | video/mp4
                    Video/WebM; codecs=vp9 | video/webm; codecs=vp9
                    image/webp | image/webp
                    audio/mpeg | audio/mpeg
                    text/html | application/octet-stream
                    image/svg+xml | application/octet-stream
                    application/xhtml+xml | application/octet-stream
                    text/html;video/mp4 | application/octet-stream
                    - | application/octet-stream
                    """)
    void whatABrowserWouldRunIsHandedOnAsBytes(@Nullable String told, String type) {
        assertThat(VideoContent.safeType(told)).isEqualTo(type);
    }
}
