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
      actions: [
        {
          label: { en: 'New model', de: 'Neues Modell' },
          needs: 'post_admin_v1_models',
          search: { new: '1' },
        },
      ],
    },
  ],
  pages: [{ path: '/models', page: () => import('./ModelsPage') }],
};
