// An area of the console: its name in the navigation, its pages, and what one must be allowed to
// do to see it. Each lives in src/features/<area>/routes.tsx and is listed in areas.ts.
import { createRoute, lazyRouteComponent, type AnyRoute } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import type { OperationId } from '@/api/client';
import type { Label } from '@/i18n';
import type { IconName } from '@/ui/icon';

export const GROUPS = ['work', 'money', 'access', 'setup'] as const;
export type Group = (typeof GROUPS)[number];

export interface NavigationItem {
  path: string;
  label: Label;
  icon: IconName;
  group: Group;
  /** shown to who may use one of these routes; left out, to everybody */
  needs?: OperationId[];
  /** other words the command palette finds it by */
  words?: string;
}

export interface PageRoute {
  path: string;
  page: () => Promise<{ default: ComponentType }>;
}

export interface Area {
  items: NavigationItem[];
  pages: PageRoute[];
}

export function routesOf(area: Area, parent: () => AnyRoute): AnyRoute[] {
  return area.pages.map(({ path, page }) =>
    createRoute({
      getParentRoute: parent,
      path,
      component: lazyRouteComponent(page),
    }),
  );
}
