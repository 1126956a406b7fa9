@NullMarked
package dev.sluice.egress;

import org.jspecify.annotations.NullMarked;
