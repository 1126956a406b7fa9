package dev.sluice.protocol;

import tools.jackson.databind.JsonNode;

/// Counts as providers report them, believed only where they can be true.
public final class ReportedCounts {

    private ReportedCounts() {}

    /// The count under a name; 0 where there is none.
    ///
    /// @throws Incredible when it is no integer, negative or beyond what a call can use
    public static long of(JsonNode usage, String name) throws Incredible {
        JsonNode value = usage.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return 0;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < 0
                || value.longValue() > CountReader.MAX) {
            throw new Incredible(name + " is no integer or out of bounds");
        }
        return value.longValue();
    }

    /// A report that cannot be true.
    public static final class Incredible extends Exception {
        private static final long serialVersionUID = 1L;
        private final String why;

        public Incredible(String why) {
            super(why, null, false, false);
            this.why = why;
        }

        /// What is wrong with it.
        public String why() {
            return why;
        }
    }
}
