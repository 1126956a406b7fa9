package dev.sluice.control.accounts;

import dev.sluice.control.http.Fields;
import java.util.Locale;
import java.util.regex.Pattern;

/// E-mail addresses as names at the door: upper and lower case are the same.
final class Emails {

    private static final Pattern SHAPE = Pattern.compile("[^@\\s]{1,64}@[^@\\s]{1,190}");

    private Emails() {}

    static String read(Fields fields) {
        String text = fields.text("email");
        if (!SHAPE.matcher(text).matches()) {
            throw fields.wrong("email", "must be an e-mail address.");
        }
        return text.toLowerCase(Locale.ROOT);
    }
}
