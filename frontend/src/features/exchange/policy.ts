import type { QueryClient } from '@tanstack/react-query';
import * as api from '../../api/endpoints';
import type { Integration, IntegrationInput, Page } from '../../api/types';

/** What an integration lets be set. */
export type IntegrationChange = IntegrationInput & { field_policies?: Record<string, string>; project_id?: number };

const known = (client: QueryClient, id: number) => client.getQueryData<Page<Integration>>(['integrations'])?.items.find((i) => i.id === id);
const put = (client: QueryClient, next: Integration) =>
  client.setQueryData<Page<Integration>>(['integrations'], (page) => page && { ...page, items: page.items.map((i) => (i.id === next.id ? next : i)) });

/** Shown at once, put back when refused. The answer carries the next version. */
export async function changeIntegration(client: QueryClient, id: number, change: IntegrationChange): Promise<Integration> {
  const before = known(client, id);
  if (!before) throw new Error('the integration is not loaded');
  const { project_id: _project, ...plain } = change;
  put(client, { ...before, ...plain });
  try {
    const after = await api.exchange.changeIntegration(before, change);
    put(client, after);
    return after;
  } catch (error) {
    put(client, before);
    void client.invalidateQueries({ queryKey: ['integrations'] });
    throw error;
  }
}
/** A rule for one field; null: as for all. */
export function setPolicy(client: QueryClient, id: number, field: string, policy: string | null): Promise<Integration> {
  const { [field]: _old, ...rest } = known(client, id)?.field_policies ?? {};
  return changeIntegration(client, id, { field_policies: policy ? { ...rest, [field]: policy } : rest });
}
