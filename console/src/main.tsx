import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { whenSignedOut } from './api/client';
import { problemOf } from './api/problem';
import { router } from './app/router';
import { ME_KEY } from './app/session';
import { ThemeProvider } from './app/theme';
import { LanguageProvider } from './i18n';
import './styles.css';
import { ToastProvider } from './ui/feedback';

const FRESH_MILLIS = 1000;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_MILLIS,
      // what was refused stays refused; what was not answered may be answered soon
      retry: (count, error) => {
        const { status } = problemOf(error);
        return (status === 0 || status >= 502) && count < 2;
      },
    },
  },
});

// A session that ended shows at the next call of any page: the frame then asks who is signed in.
whenSignedOut(() => {
  const me = queries.getQueryState(ME_KEY);
  if (me?.status === 'success' && me.fetchStatus === 'idle') {
    void queries.resetQueries({ queryKey: ME_KEY });
  }
});

const place = document.getElementById('root');
if (place !== null) {
  createRoot(place).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <LanguageProvider>
          <ThemeProvider>
            <ToastProvider>
              <RouterProvider router={router} />
            </ToastProvider>
          </ThemeProvider>
        </LanguageProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
}
