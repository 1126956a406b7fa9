import type { Area } from '@/app/area';

export const overview: Area = {
  items: [
    {
      path: '/',
      label: { en: 'Overview', de: 'Übersicht' },
      icon: 'overview',
      group: 'work',
      words: 'start home spend ausgaben',
    },
  ],
  pages: [{ path: '/', page: () => import('./OverviewPage') }],
};
