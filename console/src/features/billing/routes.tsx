import type { Area } from '@/app/area';

export const billing: Area = {
  items: [
    {
      path: '/billing',
      label: { en: 'Billing', de: 'Abrechnung' },
      icon: 'billing',
      group: 'money',
      needs: ['get_admin_v1_balance'],
      words: 'balance top-up ledger refund adjustment verify guthaben aufladen buchungen',
    },
  ],
  pages: [{ path: '/billing', page: () => import('./BillingPage') }],
};
