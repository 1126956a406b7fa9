import type { Area } from '@/app/area';

export const prices: Area = {
  items: [
    {
      path: '/prices',
      label: { en: 'Prices', de: 'Preise' },
      icon: 'prices',
      group: 'money',
      words: 'catalogue compare models cost vergleich katalog kosten',
    },
  ],
  pages: [{ path: '/prices', page: () => import('./PricesPage') }],
};
