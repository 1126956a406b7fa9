package dev.sluice.catalog;

/// A price, a price book or a provider entry that does not have the documented shape. Names the
/// place: `rows[3].price.tiers[0].above_input_tokens`.
public final class PriceFormatException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String field;
    private final String problem;

    public PriceFormatException(String field, String problem) {
        super(field.isEmpty() ? problem : field + ": " + problem);
        this.field = field;
        this.problem = problem;
    }

    /// What is wrong with it.
    public String problem() {
        return problem;
    }

    /// The path of the field at fault.
    public String field() {
        return field;
    }
}
