/// `sluice smoke`: asks a real endpoint what it can do, as a client would, and writes down what
/// came back.
///
/// Speaks the wire formats by itself: what it finds out must not rest on the code it examines. Must
/// not know: the store, the gateway's insides.
@NullMarked
package dev.sluice.app.smoke;

import org.jspecify.annotations.NullMarked;
