import type { Area } from '@/app/area';

export const playground: Area = {
  items: [
    {
      path: '/playground',
      label: { en: 'Playground', de: 'Spielwiese' },
      icon: 'playground',
      group: 'work',
      needs: ['get_admin_v1_models'],
      words: 'chat try models testen',
    },
  ],
  pages: [{ path: '/playground', page: () => import('./PlaygroundPage') }],
};
