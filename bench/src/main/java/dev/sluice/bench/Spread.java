package dev.sluice.bench;

import java.util.List;

/// The middle of several rounds and how far they lie apart.
record Spread(double median, double least, double most) {

    /// @param values one for each round, at least one
    static Spread of(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        double median =
                sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }
}
