import type { Area } from '@/app/area';

export const gettingStarted: Area = {
  items: [
    {
      path: '/get-started',
      label: { en: 'Get started', de: 'Erste Schritte' },
      icon: 'start',
      group: 'work',
      needs: ['post_admin_v1_models', 'post_admin_v1_keys'],
      words: 'sdk snippets first key quickstart',
    },
  ],
  pages: [{ path: '/get-started', page: () => import('./GetStartedPage') }],
};
