/// Who is calling, from where, and what a caller says of a call in its headers.
///
/// Must not know: what is asked, exchanges, providers.
@NullMarked
package dev.sluice.gateway.callers;

import org.jspecify.annotations.NullMarked;
