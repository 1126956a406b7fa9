package dev.sluice.protocol.tuning;

import dev.sluice.protocol.job.JobSend;
import dev.sluice.protocol.json.Trees;
import dev.sluice.protocol.media.Part;
import dev.sluice.protocol.media.RequestContent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import tools.jackson.core.JacksonException;

/// A file a job learns from, or is tried with. A plain class: records compare arrays by identity.
public final class TuningFile {

    /// What files are uploaded for that jobs learn from.
    public static final String PURPOSE = "fine-tune";

    private static final String TYPE = "application/jsonl";

    private final String id;
    private final String name;
    private final byte[] content;

    TuningFile(String id, String name, byte[] content) {
        this.id = id;
        this.name = name;
        this.content = content;
    }

    /// What clients know it by.
    public String id() {
        return id;
    }

    byte[] content() {
        return content;
    }

    /// What gives it to a provider.
    ///
    /// @param path from the host's root
    public JobSend upload(String path) {
        String boundary = "sluice-" + Integer.toHexString(Arrays.hashCode(content));
        while (Trees.mentions(content, boundary.getBytes(StandardCharsets.US_ASCII))) {
            boundary += "x";
        }
        RequestContent.Multipart form =
                new RequestContent.Multipart(
                        boundary,
                        List.of(
                                Part.text("purpose", PURPOSE.getBytes(StandardCharsets.US_ASCII)),
                                new Part("file", name, TYPE, content)));
        return new JobSend(path, "multipart/form-data; boundary=" + boundary, form.bytes());
    }

    /// The id by which a provider knows the file it was given.
    ///
    /// @throws dev.sluice.domain.FaultException `upstream_error` where it does not say one
    public static String providerId(byte[] answer) {
        String id = null;
        try {
            id = Trees.string(Trees.read(answer), "id");
        } catch (JacksonException _) {
            // said below
        }
        if (id == null || !id.matches("[A-Za-z0-9_-]{1,128}")) {
            throw TuningWire.unreadable();
        }
        return id;
    }
}
