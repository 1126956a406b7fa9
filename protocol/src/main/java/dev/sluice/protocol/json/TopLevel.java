package dev.sluice.protocol.json;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// The members of an object, each value byte for byte as it was: some taken out, renamed or put in.
/// For the few providers that want a body otherwise than their dialect has it.
public final class TopLevel {

    private static final JsonFactory JSON = new JsonFactory();

    /// A value as it stands in the bytes of the body, or one that is put in.
    private record Member(String name, int from, int to, @Nullable String put) {}

    private final byte[] body;
    private final List<Member> members = new ArrayList<>();

    private TopLevel(byte[] body) {
        this.body = body;
    }

    /// Reads an object that is known to be good JSON.
    ///
    /// @throws IllegalArgumentException when it is no object
    public static TopLevel of(byte[] body) {
        TopLevel read = new TopLevel(body);
        try (JsonParser p = JSON.createParser(ObjectReadContext.empty(), body)) {
            if (p.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("no JSON object");
            }
            for (String name = p.nextName(); name != null; name = p.nextName()) {
                p.nextToken();
                int from = (int) p.currentTokenLocation().getByteOffset();
                p.skipChildren();
                // a string or number is read to its end by asking for it
                p.finishToken();
                int to = (int) p.currentLocation().getByteOffset();
                read.members.add(new Member(name, from, to, null));
            }
        }
        return read;
    }

    /// Takes a member out, if it is there.
    public TopLevel without(String name) {
        members.removeIf(member -> member.name.equals(name));
        return this;
    }

    /// Gives a member another name, if it is there; one that has that name already goes.
    public TopLevel renamed(String from, String to) {
        if (members.stream().anyMatch(member -> member.name.equals(from))) {
            without(to);
            members.replaceAll(m -> m.name.equals(from) ? new Member(to, m.from, m.to, m.put) : m);
        }
        return this;
    }

    /// Puts a text in as the first member; one that is there already stays as it is.
    public TopLevel with(String name, String text) {
        if (members.stream().noneMatch(member -> member.name.equals(name))) {
            members.addFirst(new Member(name, 0, 0, PointEdits.quote(text)));
        }
        return this;
    }

    /// The object as it is now.
    public byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write('{');
        for (int i = 0; i < members.size(); i++) {
            if (i > 0) {
                out.write(',');
            }
            Member member = members.get(i);
            out.writeBytes(PointEdits.quote(member.name).getBytes(StandardCharsets.UTF_8));
            out.write(':');
            if (member.put == null) {
                out.write(body, member.from, member.to - member.from);
            } else {
                out.writeBytes(member.put.getBytes(StandardCharsets.UTF_8));
            }
        }
        out.write('}');
        return out.toByteArray();
    }
}
