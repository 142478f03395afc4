import { useQuery } from '@tanstack/react-query';
import * as api from '../../api/endpoints';
import { useIntegrations, useSession } from '../../api/refs';

/** Whether there is an exchange to show. The server decides; those it always refuses are not asked for. */
export function useExchangeAllowed(): boolean {
  const role = useSession()?.user.role;
  const asked = role === 'admin' || role === 'manager';
  const found = useIntegrations(asked);
  return asked && (found.data?.length ?? 0) > 0;
}
export function useExchangeStatus(enabled: boolean) {
  return useQuery({ queryKey: ['exchange-status'], queryFn: () => api.exchange.status(), enabled, refetchInterval: 60_000, staleTime: 20_000, retry: false });
}
