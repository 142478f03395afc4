import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect } from 'react';
import { currentSession, subscribeSession } from '../api/session';
import { language, setLanguage } from '../lib/i18n';
import { forgetSeen } from '../lib/offline';
import { Toasts } from '../ui/Toasts';
import { queryClient } from './queryClient';
import { router } from './router';
import { cssVariablesResolver, theme } from './theme';

export function App() {
  useEffect(() => {
    let user = currentSession()?.user;
    const follow = () => {
      const now = currentSession()?.user;
      if (now && now.language !== language()) void setLanguage(now.language);
      if (user && !now) {
        queryClient.clear();
        void forgetSeen();
        void router.navigate({ to: '/login', search: {} });
      }
      user = now;
    };
    follow();
    return subscribeSession(follow);
  }, []);
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto" deduplicateCssVariables={false}>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <Toasts />
      </QueryClientProvider>
    </MantineProvider>
  );
}
