@NullMarked
package dev.sluice.simulator;

import org.jspecify.annotations.NullMarked;
