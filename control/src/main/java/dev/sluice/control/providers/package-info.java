/// The catalogue of providers, as those see it who add an account at one.
///
/// Must not know: accounts, credentials, calls.
@NullMarked
package dev.sluice.control.providers;

import org.jspecify.annotations.NullMarked;
