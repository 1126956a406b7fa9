import type { Area } from '@/app/area';

export const usage: Area = {
  items: [
    {
      path: '/usage',
      label: { en: 'Usage', de: 'Verbrauch' },
      icon: 'usage',
      group: 'money',
      needs: ['get_admin_v1_usage'],
      words: 'spend cost tokens export csv unowned kosten ausgaben',
    },
  ],
  pages: [{ path: '/usage', page: () => import('./UsagePage') }],
};
