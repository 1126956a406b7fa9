import type { Area } from '@/app/area';

export const requests: Area = {
  items: [
    {
      path: '/requests',
      label: { en: 'Requests', de: 'Aufrufe' },
      icon: 'requests',
      group: 'work',
      needs: ['get_admin_v1_requests'],
      words: 'calls log trace tail',
    },
  ],
  pages: [{ path: '/requests', page: () => import('./RequestsPage') }],
};
