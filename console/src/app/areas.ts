// The one list of areas: their order here is their order in the navigation.
import type { Area } from './area';
import { gettingStarted } from '@/features/getting-started/routes';
import { overview } from '@/features/overview/routes';
import { playground } from '@/features/playground/routes';
import { requests } from '@/features/requests/routes';

export const AREAS: Area[] = [overview, requests, playground, gettingStarted];
