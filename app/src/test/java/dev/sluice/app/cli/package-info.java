/// Tests of the command line, against a scripted server.
@NullMarked
package dev.sluice.app.cli;

import org.jspecify.annotations.NullMarked;
