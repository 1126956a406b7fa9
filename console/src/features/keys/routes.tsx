import type { Area } from '@/app/area';

export const keys: Area = {
  items: [
    {
      path: '/keys',
      label: { en: 'Keys', de: 'Schlüssel' },
      icon: 'keys',
      group: 'access',
      needs: ['get_admin_v1_keys'],
      words: 'credential token rotate revoke api key zugang',
      actions: [
        {
          label: { en: 'New key', de: 'Neuer Schlüssel' },
          needs: 'post_admin_v1_keys',
          search: { new: '1' },
        },
      ],
    },
  ],
  pages: [{ path: '/keys', page: () => import('./KeysPage') }],
};
