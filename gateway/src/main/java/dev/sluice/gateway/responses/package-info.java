/// Responses that are kept for those who asked for it, in PostgreSQL, and what keys ask about them.
///
/// Must not know: how a call comes to its answer, providers.
@NullMarked
package dev.sluice.gateway.responses;

import org.jspecify.annotations.NullMarked;
