package dev.sluice.control.access;

/// One thing a person may do. Rights are separate: none contains another.
public enum Right {
    KEYS_MANAGE("keys.manage"),
    MODELS_CALL("models.call"),
    USAGE_VIEW("usage.view"),
    USAGE_EXPORT("usage.export"),
    BILLING_MANAGE("billing.manage"),
    APPROVE("approve"),
    ADMIN("admin"),
    CONTENT_READ("content.read"),
    AUDIT_READ("audit.read");

    private final String wireName;

    Right(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }
}
