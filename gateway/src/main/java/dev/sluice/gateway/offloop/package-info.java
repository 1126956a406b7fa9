/// What is answered on virtual threads instead of event loops: the management plane, and what is
/// served to keys beside the models.
///
/// Must not know: calls to models, providers, what it is that is served.
@NullMarked
package dev.sluice.gateway.offloop;

import org.jspecify.annotations.NullMarked;
