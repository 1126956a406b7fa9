// The one list of areas: their order here is their order in the navigation.
import type { Area } from './area';
import { billing } from '@/features/billing/routes';
import { gettingStarted } from '@/features/getting-started/routes';
import { keys } from '@/features/keys/routes';
import { models } from '@/features/models/routes';
import { overview } from '@/features/overview/routes';
import { playground } from '@/features/playground/routes';
import { prices } from '@/features/prices/routes';
import { quotas } from '@/features/quotas/routes';
import { requests } from '@/features/requests/routes';
import { settings } from '@/features/settings/routes';
import { teams } from '@/features/teams/routes';
import { upstreams } from '@/features/upstreams/routes';
import { usage } from '@/features/usage/routes';

export const AREAS: Area[] = [
  overview,
  requests,
  playground,
  usage,
  billing,
  quotas,
  prices,
  keys,
  teams,
  upstreams,
  models,
  settings,
  gettingStarted,
];
