/// HTTP as clients speak it to us: what is refused before a request is read, how its body is
/// collected and a form taken apart, and how a fault is told.
///
/// Must not know: who is calling, what is asked, providers.
@NullMarked
package dev.sluice.gateway.http;

import org.jspecify.annotations.NullMarked;
