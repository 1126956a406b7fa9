import {
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
} from '@tanstack/react-router';
import { lazyPage, routesOf } from './area';
import { AREAS } from './areas';
import { NotFound, PageFailed } from './failures';
import { Shell } from './Shell';
import { parseSearch, stringifySearch } from './url';

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });

const entry = (
  [
    ['/sign-in', () => import('@/features/entry/SignInPage')],
    ['/setup', () => import('@/features/entry/SetupPage')],
    ['/invitation', () => import('@/features/entry/InvitationPage')],
  ] as const
).map(([path, page]) =>
  createRoute({ getParentRoute: () => root, path, component: lazyPage(page) }),
);

const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell });

const tree = root.addChildren([
  ...entry,
  shell.addChildren([
    ...AREAS.flatMap((area) => routesOf(area, () => shell)),
    // any other address, with the navigation beside it
    createRoute({ getParentRoute: () => shell, path: '$', component: NotFound }),
  ]),
]);

export const router = createRouter({
  routeTree: tree,
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultErrorComponent: PageFailed,
  defaultNotFoundComponent: NotFound,
});
