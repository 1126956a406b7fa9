/// What tests of several modules share: a real database per test class, clocks that tests move, and
/// doubles that speak real HTTP.
///
/// Must not know: assertions about one module's behaviour; those stay beside the module.
@NullMarked
package dev.sluice.testkit;

import org.jspecify.annotations.NullMarked;
