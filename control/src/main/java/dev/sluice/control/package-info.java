/// The management plane: one package per area, each with its routes, its rules and its store. It
/// gets plain requests and publishes a [dev.sluice.policy.Snapshot];
/// [dev.sluice.control.ControlPlane] is its object graph.
///
/// Must not know: the gateway, sockets, Vert.x.
@NullMarked
package dev.sluice.control;

import org.jspecify.annotations.NullMarked;
