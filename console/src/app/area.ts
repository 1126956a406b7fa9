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
  /** what the command palette begins there at once, for who may use the route */
  actions?: { label: Label; needs: OperationId; search: Record<string, string> }[];
}

export interface PageRoute {
  path: string;
  page: () => Promise<{ default: ComponentType }>;
}

export interface Area {
  items: NavigationItem[];
  pages: PageRoute[];
}

/** The code of a page is not to be had: the server is away, or has other pages now. */
export class PageMissing extends Error {}

/**
 * A page that is loaded when it is opened. The router's own answer to code that does not come is
 * to load everything anew at once, which takes the page away from who looks while the server is.
 */
export function lazyPage(page: PageRoute['page']) {
  return lazyRouteComponent(() =>
    page().catch((error: unknown) => {
      throw new PageMissing('not loaded', { cause: error });
    }),
  );
}

export function routesOf(area: Area, parent: () => AnyRoute): AnyRoute[] {
  return area.pages.map(({ path, page }) =>
    createRoute({
      getParentRoute: parent,
      path,
      component: lazyPage(page),
    }),
  );
}
