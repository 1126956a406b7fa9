/// Files that a conversation names by the ids that Sluice gave them ([FileReferences]), and what
/// kind of file one is ([NamedFile]).
///
/// Must not know: where files are kept.
@NullMarked
package dev.sluice.protocol.files;

import org.jspecify.annotations.NullMarked;
