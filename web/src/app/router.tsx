import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from '@tanstack/react-router';
import { NoSuchPage, PageFailure } from '@/components/failures';
import { PageSkeleton } from '@/components/skeletons';
import { allocateSearch, importSearch, inventorySearch, orderSearch, resultSearch } from './search';
import { Shell } from './shell';

const root = createRootRoute({ component: Shell });

const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('@/pages/overview/page'), 'OverviewPage'),
});
const orders = createRoute({
  getParentRoute: () => root,
  path: '/orders',
  validateSearch: orderSearch,
  component: lazyRouteComponent(() => import('@/pages/orders/page'), 'OrdersPage'),
});
const inventories = createRoute({
  getParentRoute: () => root,
  path: '/inventories',
  validateSearch: inventorySearch,
  component: lazyRouteComponent(() => import('@/pages/inventories/page'), 'InventoriesPage'),
});
const allocate = createRoute({
  getParentRoute: () => root,
  path: '/allocate',
  validateSearch: allocateSearch,
  component: lazyRouteComponent(() => import('@/pages/allocate/page'), 'AllocatePage'),
});
const results = createRoute({
  getParentRoute: () => root,
  path: '/results',
  validateSearch: resultSearch,
  component: lazyRouteComponent(() => import('@/pages/results/page'), 'ResultsPage'),
});
const imports = createRoute({
  getParentRoute: () => root,
  path: '/import',
  validateSearch: importSearch,
  component: lazyRouteComponent(() => import('@/pages/imports/page'), 'ImportPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([overview, orders, inventories, allocate, results, imports]),
  // Behind the `#`, no address of the console is ever one of the API: see docs/decisions.
  history: createHashHistory(),
  defaultPreload: 'intent',
  defaultPendingMs: 150,
  defaultPendingComponent: PageSkeleton,
  defaultErrorComponent: PageFailure,
  defaultNotFoundComponent: NoSuchPage,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
