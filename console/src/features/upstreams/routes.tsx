import type { Area } from '@/app/area';

export const upstreams: Area = {
  items: [
    {
      path: '/upstreams',
      label: { en: 'Upstreams', de: 'Upstreams' },
      icon: 'upstreams',
      group: 'setup',
      needs: ['get_admin_v1_upstreams'],
      words: 'provider account health smoke test credential anbieter konto zustand',
    },
  ],
  pages: [{ path: '/upstreams', page: () => import('./UpstreamsPage') }],
};
