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
      actions: [
        {
          label: { en: 'New quota', de: 'Neues Kontingent' },
          needs: 'post_admin_v1_quotas',
          search: { new: '1' },
        },
        {
          label: { en: 'Would this call pass?', de: 'Ginge dieser Aufruf durch?' },
          needs: 'post_admin_v1_estimate',
          search: { pass: '1' },
        },
      ],
    },
  ],
  pages: [{ path: '/quotas', page: () => import('./QuotasPage') }],
};
