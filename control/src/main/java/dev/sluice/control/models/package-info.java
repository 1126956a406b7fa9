/// Models: public names and where their calls go.
///
/// Must not know: how a target is chosen.
@NullMarked
package dev.sluice.control.models;

import org.jspecify.annotations.NullMarked;
