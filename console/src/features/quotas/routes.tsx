import type { Area } from '@/app/area';

export const quotas: Area = {
  items: [
    {
      path: '/quotas',
      label: { en: 'Quotas', de: 'Kontingente' },
      icon: 'quotas',
      group: 'money',
      needs: ['get_admin_v1_quotas'],
      words: 'limits budget burn-down forecast would this call pass estimate grenzen',
    },
  ],
  pages: [{ path: '/quotas', page: () => import('./QuotasPage') }],
};
