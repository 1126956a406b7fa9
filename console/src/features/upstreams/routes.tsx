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
      actions: [
        {
          label: { en: 'Add a provider', de: 'Anbieter hinzufügen' },
          needs: 'post_admin_v1_upstreams',
          search: { new: '1' },
        },
      ],
    },
  ],
  pages: [{ path: '/upstreams', page: () => import('./UpstreamsPage') }],
};
