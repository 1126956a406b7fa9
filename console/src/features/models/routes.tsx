import type { Area } from '@/app/area';

export const models: Area = {
  items: [
    {
      path: '/models',
      label: { en: 'Models', de: 'Modelle' },
      icon: 'models',
      group: 'setup',
      needs: ['get_admin_v1_models'],
      words: 'targets routing fallback priority weight ziele',
    },
  ],
  pages: [{ path: '/models', page: () => import('./ModelsPage') }],
};
