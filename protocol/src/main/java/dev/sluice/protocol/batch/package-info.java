/// Files and batches, as OpenAI has them: the lines of an input file, what is told of a batch and
/// of a file, and the lines of answers.
///
/// Must not know: where anything is kept, who runs a line, when.
@NullMarked
package dev.sluice.protocol.batch;

import org.jspecify.annotations.NullMarked;
