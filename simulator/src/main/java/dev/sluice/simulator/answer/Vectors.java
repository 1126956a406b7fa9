package dev.sluice.simulator.answer;

import java.util.Random;

/// Unit vectors, the same for the same text and model. Vectors are no money: floating point is at
/// home here.
public final class Vectors {

    private Vectors() {}

    public static float[] of(String model, String text, int length) {
        Random random = Seed.of(model + '\n' + text).random();
        double[] raw = new double[length];
        double square = 0;
        for (int i = 0; i < length; i++) {
            raw[i] = random.nextDouble() - 0.5;
            square += raw[i] * raw[i];
        }
        double norm = Math.sqrt(square);
        float[] vector = new float[length];
        for (int i = 0; i < length; i++) {
            vector[i] = (float) (raw[i] / norm);
        }
        return vector;
    }
}
