/// Tests of the checker's parts; whole books are checked where a whole installation runs.
@NullMarked
package dev.sluice.checker;

import org.jspecify.annotations.NullMarked;
