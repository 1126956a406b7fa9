package dev.sluice.ledger.escrow;

/// One life of one replica. Every start takes the next number; slices, renewals and settlements
/// name it, so that a life that was declared over can change nothing any more.
public record Epoch(String replica, long number) {

    @Override
    public String toString() {
        return replica + "/" + number;
    }
}
