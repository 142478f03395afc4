import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import { currentSession, maybeSignedIn, resume } from '../api/session';
import { parseSearch } from '../features/tasks/filters';
import { Broken } from './ErrorBoundary';
import { NotFound } from './NotFound';
import { Shell } from './shell/Shell';

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });

const next = (raw: Record<string, unknown>): { next?: string } => {
  const path = typeof raw.next === 'string' && /^\/(?!\/)/.test(raw.next) ? raw.next : undefined;
  return path ? { next: path } : {};
};
const login = createRoute({ getParentRoute: () => root, path: '/login', validateSearch: next, component: lazyRouteComponent(() => import('../routes/login'), 'LogInRoute') });
const register = createRoute({ getParentRoute: () => root, path: '/register', validateSearch: next, component: lazyRouteComponent(() => import('../routes/login'), 'RegisterRoute') });

/** Everything behind the door. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Shell,
  async beforeLoad({ location }) {
    if (currentSession()) return;
    if (maybeSignedIn() && (await resume().catch(() => false))) return;
    throw redirect({ to: '/login', search: location.href === '/' ? {} : { next: location.href } });
  },
});
const home = createRoute({ getParentRoute: () => inside, path: '/', component: lazyRouteComponent(() => import('../routes/home'), 'HomeRoute') });
const my = createRoute({ getParentRoute: () => inside, path: '/my', validateSearch: parseSearch, component: lazyRouteComponent(() => import('../routes/tasks'), 'MyTasksRoute') });
const tasks = createRoute({ getParentRoute: () => inside, path: '/tasks', validateSearch: parseSearch, component: lazyRouteComponent(() => import('../routes/tasks'), 'TasksRoute') });
const task = createRoute({
  getParentRoute: () => inside,
  path: '/tasks/$key',
  validateSearch: (raw: Record<string, unknown>): { as_of?: string; tab?: 'history' } => ({
    ...(typeof raw.as_of === 'string' && !Number.isNaN(Date.parse(raw.as_of)) ? { as_of: raw.as_of } : {}),
    ...(raw.tab === 'history' ? { tab: 'history' as const } : {}),
  }),
  component: lazyRouteComponent(() => import('../routes/task'), 'TaskRoute'),
});
const tags = createRoute({ getParentRoute: () => inside, path: '/tags', component: lazyRouteComponent(() => import('../routes/catalog'), 'TagsRoute') });
const templates = createRoute({ getParentRoute: () => inside, path: '/templates', component: lazyRouteComponent(() => import('../routes/catalog'), 'TemplatesRoute') });
const number = (raw: unknown) => (Number.isSafeInteger(Number(raw)) && Number(raw) > 0 ? Number(raw) : undefined);
const inbox = (raw: Record<string, unknown>): { state?: string; id?: number } => ({
  ...(typeof raw.state === 'string' ? { state: raw.state } : {}),
  ...(number(raw.id) ? { id: number(raw.id) } : {}),
});
const projects = createRoute({
  getParentRoute: () => inside,
  path: '/projects',
  validateSearch: (raw: Record<string, unknown>): { q?: string; archived?: boolean } => ({
    ...(typeof raw.q === 'string' || typeof raw.q === 'number' ? { q: String(raw.q).slice(0, 200) } : {}),
    ...(raw.archived === true || raw.archived === 'true' ? { archived: true } : {}),
  }),
  component: lazyRouteComponent(() => import('../routes/projects'), 'ProjectsRoute'),
});
const project = createRoute({
  getParentRoute: () => inside,
  path: '/projects/$id',
  params: { parse: ({ id }) => ({ id: number(id) ?? 0 }), stringify: ({ id }) => ({ id: String(id) }) },
  validateSearch: (raw: Record<string, unknown>): { tab?: 'members' | 'settings' } => (raw.tab === 'members' || raw.tab === 'settings' ? { tab: raw.tab } : {}),
  component: lazyRouteComponent(() => import('../routes/projects'), 'ProjectRoute'),
});
const conflicts = createRoute({ getParentRoute: () => inside, path: '/exchange/conflicts', validateSearch: inbox, component: lazyRouteComponent(() => import('../routes/exchange'), 'ConflictsRoute') });
const deadLetters = createRoute({ getParentRoute: () => inside, path: '/exchange/dead-letters', validateSearch: inbox, component: lazyRouteComponent(() => import('../routes/exchange'), 'DeadLettersRoute') });
const rules = createRoute({ getParentRoute: () => inside, path: '/exchange/rules', validateSearch: (raw: Record<string, unknown>): { id?: number } => (number(raw.id) ? { id: number(raw.id) } : {}), component: lazyRouteComponent(() => import('../routes/exchange'), 'RulesRoute') });
const settings = createRoute({ getParentRoute: () => inside, path: '/settings', component: lazyRouteComponent(() => import('../routes/settings'), 'SettingsRoute') });

export const router = createRouter({
  routeTree: root.addChildren([login, register, inside.addChildren([home, my, tasks, task, tags, templates, projects, project, conflicts, deadLetters, rules, settings])]),
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  defaultErrorComponent: ({ error, reset }) => <Broken error={error} onRetry={reset} />,
  scrollRestoration: false,
  // Addresses a person can read and pass on: every member is a plain string.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch(search) {
    const kept = Object.entries(search).filter(([, value]) => value !== undefined && value !== null);
    const text = new URLSearchParams(kept.map(([name, value]) => [name, String(value)])).toString();
    return text ? `?${text.replaceAll('%2C', ',')}` : '';
  },
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
