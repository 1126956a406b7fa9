/// Slices of a replica, told and asked by hand.
@NullMarked
package dev.sluice.ledger.escrow;

import org.jspecify.annotations.NullMarked;
