package dev.sluice.domain;

/// Carries a [Fault] up to the one boundary that renders it. Has no stack trace: it is an answer,
/// not a defect.
public final class FaultException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Fault fault;

    public FaultException(Fault fault) {
        super(fault.message(), null, false, false);
        this.fault = fault;
    }

    public Fault fault() {
        return fault;
    }
}
