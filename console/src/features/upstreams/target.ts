import type { RoutingTargets } from '../../../generated/schema';

export type RoutingTarget = RoutingTargets['data'][number];
